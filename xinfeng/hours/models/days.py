from django.db import models


class SecondsField(models.Field):  # type: ignore[type-arg]
    """Stretches of a day in seconds from midnight UTC: PostgreSQL's int4multirange."""

    def db_type(self, connection: object) -> str:
        return "int4multirange"


class Day(models.Model):
    """The time of one day (UTC) that a person's valid credits take up; kept by a trigger.

    Two credits that share a second cannot both stand, whoever writes them. The program itself
    may only read: see `docs/decisions/0007-no-two-credits-overlap.md`.
    """

    pk = models.CompositePrimaryKey("person_id", "day")
    # No foreign key: the credits that the rows are made of have one.
    person_id = models.BigIntegerField()
    day = models.DateField()
    taken = SecondsField()

    def __str__(self) -> str:
        return f"{self.day} of person {self.person_id}"


class DayFilling(models.Model):
    """How far the days of credits are filled that came in bulk, past the trigger; one row."""

    singleton = models.BooleanField(unique=True, default=True)
    # The next credit to look at, and the last that the trigger has not seen.
    next_id = models.BigIntegerField(default=1, db_default=1)
    until_id = models.BigIntegerField()
    # Days of persons on which credits that came in bulk share time; `hours.rules` holds them.
    clashes = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="one_filling_of_days", condition=models.Q(singleton=True)
            ),
        ]

    def __str__(self) -> str:
        return f"days filled up to credit {self.next_id - 1} of {self.until_id}"

    @property
    def is_done(self) -> bool:
        return self.next_id > self.until_id
