# The weighted shares once more with R's package "survey". Nobody has run this script where it
# was made, since there was no R: repeat.py is the one that was tested.
# Standard errors here leave out what raking explains; repeat.py has them as published.
library(survey)
d <- read.csv("data.csv", colClasses = c(community = "character", stratum = "character"))
e <- read.csv("estimates.csv", colClasses = "character")
communities <- read.csv("communities.csv", colClasses = "character")
options(survey.lonely.psu = "adjust")
for (mode in unique(d$mode[!is.na(d$weight)])) {
  s <- d[d$mode == mode, ]
  sure <- paste(communities$mode, communities$community)[communities$certain == "1"]
  alone <- paste(s$mode, s$community) %in% sure
  s$unit <- ifelse(alone, paste(s$community, seq_len(nrow(s))), s$community)
  s$layer <- ifelse(alone, paste(s$stratum, s$community), s$stratum)
  design <- svydesign(~unit, strata = ~layer, weights = ~weight, data = s, nest = TRUE)
  rows <- e[e$mode == mode & e$statistic == "SHARE" & e$domain == "WHOLE" & e$value != "", ]
  for (i in seq_len(nrow(rows))) {
    said <- design$variables[[rows$question[i]]]
    if (any(grepl("|", said, fixed = TRUE))) next
    design$variables$hit <- ifelse(said == "", NA, said == rows$option[i])
    again <- svymean(~hit, subset(design, !is.na(hit)))
    cat(mode, rows$question[i], rows$option[i], rows$value[i], coef(again)[["hitTRUE"]], "\n")
  }
}
