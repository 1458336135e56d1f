"""Who may do what to a community. Seeing is `Community.objects.visible_to`; *when* is up to the verbs.

The rows follow the project's permission table; a predicate takes a community, or None where there is none yet.
"""

import rules

from cmtl.permissions import add_perm
from communities.models import LEADING, Community, DestructionRequest, Draft, Organisation, Role, Roles, roles_of


def holds(*wanted: str) -> rules.Predicate:
    """A predicate: one of these roles, in the community or through its programme."""

    @rules.predicate(name="holds " + " or ".join(wanted))
    def predicate(user, community) -> bool:
        return bool(roles_of(user).on(community) & set(wanted))

    return predicate


facilitates = holds(*LEADING)
leads_for_good = holds(Role.FACILITATOR)
coordinates = holds(Role.COORDINATOR)
takes_notes = holds(Role.NOTE_TAKER)
evaluates = holds(Role.EVALUATOR)
belongs = holds(Roles.MEMBER)


@rules.predicate
def coordinates_somewhere(user, _programme=None) -> bool:
    return roles_of(user).holds(Role.COORDINATOR)


@rules.predicate
def facilitates_in_a_programme(user, _anything=None) -> bool:
    """By appointment, in a community that is open: somebody coordinates, who will open what they prepare."""
    roles = roles_of(user)
    led = Community.objects.filter(pk__in=roles.communities_as(Role.FACILITATOR), programme__isnull=False)
    return bool(roles.programmes_as(Role.FACILITATOR)) or led.exclude(status=Community.Status.DRAFT).exists()


@rules.predicate
def prepared_it(user, community) -> bool:
    return Draft.objects.filter(pk=community.pk, prepared_by=user.pk).exists()


@rules.predicate
def coordinates_it(user, programme) -> bool:
    return Role.COORDINATOR in roles_of(user).by_programme.get(programme.pk, ())


@rules.predicate
def administers(user, _anything=None) -> bool:
    return user.is_authenticated and user.is_staff


@rules.predicate
def answers_for_privacy(user, _anything=None) -> bool:
    return user.is_authenticated and user.is_privacy_officer


@rules.predicate
def stands_in(user, _anything=None) -> bool:
    """Was named to answer somebody's request in the place of the coordination."""
    return user.is_authenticated and DestructionRequest.objects.waiting().filter(substitute=user).exists()


@rules.predicate
def nobody_leads(_user, community) -> bool:
    return Community.objects.led_by_nobody().filter(pk=community.pk).exists()


@rules.predicate
def corrects(user, organisation) -> bool:
    """Manages people where the organisation is represented."""
    return Organisation.objects.correctable_by(user).filter(pk=organisation.pk).exists()


leads = facilitates | coordinates
answers = coordinates_somewhere | answers_for_privacy | administers | stands_in
inside = leads | takes_notes | belongs | evaluates

add_perm("communities.create", coordinates_somewhere | administers)
add_perm("communities.prepare", facilitates_in_a_programme)  # a draft, that a coordinator opens
add_perm("communities.propose_draft", prepared_it)
add_perm("communities.delete_draft", prepared_it)  # while it is one
add_perm("communities.open", coordinates)  # a draft, or send it back
add_perm("communities.read", inside, reads=True)
add_perm("communities.edit", leads)
add_perm("communities.edit_programme", coordinates_it)
add_perm("communities.adopt", leads_for_good | coordinates)  # objectives and operating rules
add_perm("communities.propose", leads | belongs)  # an objective, or other words for one
add_perm("communities.acknowledge", belongs)  # the operating rules
add_perm("communities.archive", coordinates | administers)  # and reopen
add_perm("communities.see_life", leads_for_good | coordinates | administers, reads=True)
add_perm("communities.see_reasons", leads_for_good | coordinates, reads=True)  # given for each change of state
add_perm("communities.hand_over", leads_for_good | coordinates)
add_perm("communities.undo_hand_over", coordinates)
add_perm("communities.invite_alumni", leads_for_good | coordinates)
add_perm("communities.see_alumni", leads_for_good | coordinates, reads=True)
add_perm("communities.see_people", leads | takes_notes | belongs | administers, reads=True)
add_perm("communities.see_contacts", leads, reads=True)
add_perm("communities.see_shared", leads | belongs, reads=True)  # what members chose to show (C3)
add_perm("communities.manage_people", leads_for_good | coordinates)
add_perm("communities.invite_people", leads_for_good | coordinates)  # to join, by mail
add_perm("communities.remind_rules", leads)
add_perm("communities.introduce", leads_for_good | coordinates)  # put members in touch
add_perm("communities.see_expectations", leads, reads=True)
add_perm("communities.read_testimonials", leads_for_good | coordinates, reads=True)
add_perm("communities.use_testimonials", leads_for_good | coordinates)  # ask for, edit, choose where they are shown
add_perm("communities.read_testimonials_across", coordinates_somewhere, reads=True)
add_perm("communities.select", leads_for_good | coordinates)  # calls, decisions, letters; readers only score
add_perm("communities.edit_organisation", corrects)
add_perm("communities.import_people", leads_for_good | coordinates)
add_perm("communities.export_people", leads_for_good | coordinates, reads=True)
add_perm("communities.answer_destruction", answers)  # and never one's own
add_perm("communities.read_destructions", answers_for_privacy | administers, reads=True)  # the register
add_perm("communities.read_audit", answers_for_privacy, reads=True)
add_perm("communities.keep_incidents", answers_for_privacy)
add_perm("communities.serve_people", answers_for_privacy)  # their file, what is put right, their requests
add_perm("communities.name_officer", administers)  # and never oneself
add_perm("communities.keep_anonymisations", answers_for_privacy | administers)  # the register
add_perm("communities.grant_roles", leads_for_good | coordinates)
add_perm("communities.appoint_leader", administers & nobody_leads)
add_perm("communities.grant_coordination", coordinates)
add_perm("communities.grant_evaluation", coordinates)  # external evaluators read results
add_perm("communities.see_budget", leads, reads=True)
add_perm("communities.record_outcomes", leads | belongs)  # outcomes, needs, practice cards
add_perm("communities.export_outcomes", leads, reads=True)
add_perm("communities.see_needs", leads | takes_notes | belongs, reads=True)  # the board names people
