"""Who may act as whom on a day."""

from datetime import date

from jiangli.accounts.models import Deputy, Post, User
from jiangli.accounts.roles import Role


def stands_in_for(user: User, *, on: date) -> set[User]:
    """The officer and everyone whose deputy they are on that day."""
    absent = User.objects.filter(
        deputies__in=Deputy.objects.filter(deputy=user, from_on__lte=on, to_on__gte=on),
        agency_id=user.agency_id,
    )
    return {user, *absent}


def roles_of(user: User, *, on: date) -> set[Role]:
    """The officer's own roles, and those of the people they stand in for that day."""
    people = stands_in_for(user, on=on)
    return {Role(role) for role in _roles(people)}


def _roles(people: set[User]) -> set[str]:
    return set(Post.objects.filter(user__in=people, user__is_active=True).values_list("role", flat=True))
