"""Words that are no names although they stand where names do."""

from __future__ import annotations

FUNCTION = frozenset(
    """
a access account after also an and and/or are as asks at back be been before but by called can can't cannot cant
could did died do does doesn't due fired for forgot from get give given got had has have he her hers him hired
his how i if in into is isn't isnt it its joined joins just keeps leaving left let locked login may me moved
moving my need needs new no not now of off omis oms on or our out passed password per please pls position quit
reset resigned retired returning returns said says she should so started starting starts still than that the
their them then they this to today told took transferred tried until up us use walked wants was wasn't we went
were what when where which who will with won't work works would yesterday you your
""".split()  # noqa: SIM905
)
"""Behind a given name they begin the rest of the sentence."""

NO_NAME = frozenset(
    """
access account action
ask call contact copy per add admin administrative administrator adobe after agency aide all also alternatives
although any apr april are as assessment assistant attached aug august automatic background because before
billing billings board both boulder bozeman bureau butte can cancel case center centre cert chrono city clerk
client clinical community confidential congratulations consent contract contractor coordinator correctional
corrections could counselor county date david's day deactivate dear dec december delete delivery departing
department deputy device did director disability disable dmv do doc docusign does during effective elkhorn email
employee entry ever every everybody everyone facebook facility feb february file final first five fmla form
former forms forwarding four friday front fw fwd fyi gallatin general give gmail going good google great
greeting he helena hello here hey hi holiday how however hr human i if important inc incident information
initial intake invoice is it jan january job join jul july jun june keep keeps kindly kitchen lac last lead let
level licensed list login manager mar march may medical mfp missoula model monday monitor montana morning name
need new nexus night no notes nov november oct october offender office officer ok okay omis oms on one only our
outlook page papers parole passages password pdf per permissions person phone please policy position prerelease
privacy probation procedure program programs ps question quick re re-entry reactivate read reason reentry
regarding register release remove reply report request reset resident resolution resources restore revocation
sanction saturday scan scanned second security see send sep sept september service sharp she sheet sheets shift
sign since somebody someone sorry staff start state status subject sunday supervisor support swing system tech
technician termination terminations thank thanks thanksgiving that the there these they third this those three
thursday ticket to today training transfer transition treatment tuesday two ua uas university unlock update
urgent us usb use user va view we webinar wednesday welcome well what when where while who why will wishing work
worker workers would your
""".split()  # noqa: SIM905
)
"""Written with a capital letter they are the words of forms, facilities, titles, days and programs."""
