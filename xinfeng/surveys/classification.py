"""How much each stored field of this room tells of a person: see base/classes.py."""

from xinfeng.base.classes import declare

declare("surveys.Questionnaire", public="code")
# The words are nobody's before the field begins; the digest is published when they are locked.
declare("surveys.QuestionnaireVersion", public="number digest state", internal="document")
declare("surveys.Frame", public="code name as_of source digest communities households")
declare("surveys.FrameCommunity", public="is_urban households")
declare("surveys.FrameTotal", public="margin key people source")
declare(
    "surveys.Survey",
    public="code name name_en series year since until commitment dice state",
    # The seed tells which households were drawn: nobody's before the survey is over.
    internal="secret",
)
declare(
    "surveys.Sample",
    public="mode is_headline communities per_community allocation least way adult lonely"
    " open_code",
)
declare("surveys.Stratum", public="key county is_urban communities households wanted")
declare("surveys.SampleCommunity", internal="households taken chance_num chance_den")
# Of a household no name is kept; where it lives and its telephone stay sealed until the close.
declare(
    "surveys.SampleUnit",
    internal="code number attempts done_on",
    personal="pair",
    sensitive="web_digest address_sealed phone_sealed",
)
declare("surveys.Surveyor", internal="number")
declare("surveys.Attempt", internal="key on again_on")
declare("surveys.CallBack", internal="minutes on", personal="answers pair")
declare("surveys.Calling", internal="until")
# An address in a keyed digest that changes every day, beside no sheet.
declare("surveys.AddressTally", internal="on sheets", personal="digest")
declare("surveys.Quota", public="cell key wanted")
# Of nobody who could be named; given out without spot, surveyor and times, once it is over.
declare(
    "surveys.Response",
    internal="id county spot answers adults arrangement language on seconds pair",
)
declare("surveys.Exclusion", internal="note")
declare(
    "surveys.Estimation",
    public="number settings inputs_digest told responses",
)
declare(
    "surveys.Estimate",
    public="question option key n no_opinion blank value se low high df design_effect"
    " effective_n method",
)
declare("surveys.ResponseWeight", public="base final")
declare("surveys.IntegrityReport", internal="seed sheets inputs_digest found")
declare("surveys.IntegrityRun", internal="seed state progress failure")
# Surveyors in it by their numbers only.
declare("surveys.CallBackSummary", internal="wanted called paired found")
declare("surveys.EstimationRun", internal="state progress failure")
# Addresses and telephones of households may stand in it.
declare(
    "surveys.SurveySheet",
    internal="code kind name said bytes digest added",
    sensitive="content_sealed",
)
