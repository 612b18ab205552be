"""What the first sheet of the workbook tells an office; it is never read back."""

EXAMPLE = ("示例 Example", "本标准为示例，非官方文本。", "An example, not the official text.")
NOTES = (
    (
        "用途 Purpose",
        "本工作簿是一版测评标准的全部内容。修改后在“标准”页面导入，先预览错误和差异，"
        "再成为草稿；发布后不再变更。",
        "This workbook is one whole version of a standard. Change it and import it on"
        " the page of standards: errors and differences are shown first, then it "
        "becomes a draft. A published version never changes.",
    ),
    (
        "行 Rows",
        "一行一项，按行的先后排列。增加一项就插入一行，删去一项就删整行。编号在全表内不重复。",
        "One row a thing, in the order of the rows. Insert a row to add, delete a "
        "whole row to take away. Codes are unique.",
    ),
    (
        "列 Columns",
        "列名不要改；列的先后可以变。多出的列不会读入，预览时会列出。",
        "Keep the titles of columns; their order is free. Further columns are not "
        "read, and the preview names them.",
    ),
    (
        "标准 Standard",
        "标准代号、版本、名称、来源等。各方法分值合计 100，各年权重合计 100。版本与已"
        "发布的相同时，导入时另起版本名。",
        "Name, version, title, source. The points of the methods sum to 100, and so "
        "do the weights of the years. If the version is published already, give "
        "another when importing.",
    ),
    (
        "项目、模块、内容 Projects, modules, contents",
        "内容的第一列写它所属的项目或模块的编号。",
        "The first column of a content is the code of its project or module.",
    ),
    (
        "测评标准 Lines",
        "第一列写所属内容的编号。网上申报的填材料份数、期限和是否盖章；实地考察的在“"
        "点位类型”表逐行写明在哪些点位看；问卷调查的填题目代号和满意率（千分数）。",
        "The first column is the code of the content. Lines that are filed say how "
        "many papers, how old and whether stamped; lines seen on the spot name their "
        "types of points on the sheet “Types of points”; lines asked in a survey say "
        "question and share in permille.",
    ),
    (
        "点位类型、责任单位 Types of points, units",
        "一条标准有几个点位类型（或几个责任单位），就在这里写几行。",
        "A line has as many rows here as it has types of points, or responsible units.",
    ),
    (
        "规则参数 Amounts of rules",
        "阵地标准的规则在“测评标准”表写类别和指标，数值写在这里：各级相同的写在“数值”"
        "列，各级不同的分级填写。",
        "For practice places the kind of rule and its figure stand on “Lines”, the "
        "amounts here: one value for all, or one for each tier.",
    ),
    (
        "负面清单 Negative list",
        "扣分和停止申报资格二选一。",
        "Either points taken, or the application is suspended.",
    ),
)
