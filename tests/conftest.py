from hypothesis import settings

# the same examples every time, and no failure because a machine was busy
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")
