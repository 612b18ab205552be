from django.db import migrations

from xinfeng.base import positions, workdays

# Law: the records are entered within ten working days.
TEN = 10
BATCH = 5_000


def fill_due_days(apps, editor):
    """Day by day: an update never holds more than the activities of one day."""
    Activity = apps.get_model("activities", "Activity")
    open_ = Activity.objects.using(editor.connection.alias).filter(state="HELD", due_on=None)
    for day in sorted(set(open_.values_list("held_on", flat=True))):
        open_.filter(held_on=day).update(due_on=workdays.after(day, TEN))


def fill_cells(apps, editor):
    """Own position first, else the place's; in batches of shifts by id."""
    Shift = apps.get_model("activities", "Shift")
    shifts = Shift.objects.using(editor.connection.alias)
    after = 0
    while True:
        rows = list(
            shifts.filter(cell=None, pk__gt=after)
            .order_by("pk")
            .values_list(
                "pk",
                "activity__lat_e6",
                "activity__lon_e6",
                "activity__place__lat_e6",
                "activity__place__lon_e6",
            )[:BATCH]
        )
        if not rows:
            return
        after = rows[-1][0]
        by_cell = {}
        for pk, lat, lon, place_lat, place_lon in rows:
            at = (lat, lon) if lat is not None else (place_lat, place_lon)
            if at[0] is not None:
                by_cell.setdefault(positions.cell(*at), []).append(pk)
        shifts.bulk_update(
            [Shift(pk=pk, cell=cell) for cell, pks in by_cell.items() for pk in pks],
            ["cell"],
            batch_size=1_000,
        )


class Migration(migrations.Migration):
    # Each batch is a transaction of its own, so that nothing is locked for long.
    atomic = False

    dependencies = [("activities", "0009_nature_of_drafts")]

    operations = [
        migrations.RunPython(fill_due_days, migrations.RunPython.noop),
        migrations.RunPython(fill_cells, migrations.RunPython.noop),
    ]
