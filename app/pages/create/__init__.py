"""From a selfie to an avatar: the photo beside the live avatar, and everything there is to change."""
