"""The same million respondents in R's `survey`, where R is there, beside our seconds."""

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.surveys_data import Data

_R = """
suppressPackageStartupMessages(library(survey))
d <- read.csv("data.csv")
d$fpc <- 400
seconds <- system.time({
  design <- svydesign(ids=~unit, strata=~stratum, weights=~weight, fpc=~fpc, data=d)
  svymean(~satisfied, design, na.rm=TRUE)
  svyby(~satisfied, ~area, design, svymean, na.rm=TRUE)
  total <- function(name, many) setNames(
    data.frame(0:(many - 1), 2 * nrow(d) / many), c(name, "Freq"))
  raked <- rake(design, list(~area, ~sex, ~age),
                list(total("area", 12), total("sex", 2), total("age", 6)))
  svymean(~satisfied, raked, na.rm=TRUE)
})[["elapsed"]]
cat(as.character(packageVersion("survey")), seconds)
"""


def beside_r(data: Data) -> str:
    """“R's survey 4.4: 35.2 s”, or why there is nothing to stand beside."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        return "R is not here"
    with TemporaryDirectory() as folder:
        data.write(Path(folder) / "data.csv")
        done = subprocess.run(
            [rscript, "-e", _R], cwd=folder, capture_output=True, text=True, check=False
        )
    if done.returncode:
        return "R is here without its package survey"
    version, seconds = done.stdout.split()
    return f"R's survey {version}: {float(seconds):.1f} s"
