"""Where notices of this room lead."""

from django.urls import reverse

from xinfeng.dispatch.models import Order


def offered() -> str:
    """The volunteer's page of what they are asked."""
    return reverse("dispatch:offered")


def of_the_desk(order: Order) -> str:
    """Everything that the desk sees of one order."""
    return reverse("dispatch:desk_order", args=[order.code])
