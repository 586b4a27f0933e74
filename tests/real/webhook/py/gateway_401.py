"""What Supabase's gateway answers in place of a function with `verify_jwt`."""


def handler(request):
    return '{"code":401,"message":"Missing authorization header"}', 401
