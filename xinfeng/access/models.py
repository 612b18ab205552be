from django.db import models


class Passing(models.Model):
    """Something to remember for a minute or less, such as a code on its way to a program.

    The name is kept as a digest and the text sealed: whoever reads the table has no code.
    """

    name_digest = models.BinaryField(max_length=32, primary_key=True)
    sealed = models.TextField()
    ends_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["ends_at"], name="passing_by_end")]

    def __str__(self) -> str:
        return f"passing until {self.ends_at:%H:%M:%S}"
