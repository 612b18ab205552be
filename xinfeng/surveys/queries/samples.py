"""Samples and the households in them, for whoever runs the survey."""

from xinfeng.surveys import personal_codes
from xinfeng.surveys.models import Sample, SampleUnit


def web_codes(sample: Sample) -> dict[str, str]:
    """The personal code of each household of a sample on the web, by its own code."""
    units = SampleUnit.objects.filter(sample=sample).order_by("pk")
    return personal_codes.codes_of(units.values_list("code", flat=True))
