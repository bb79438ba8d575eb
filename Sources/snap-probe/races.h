#pragma once

/// Mounts at the first place, which a plug describes, while it and the text of its path change into the second. Says how
/// often, and ends with 0 when some attempts worked, some were refused, and none mounted elsewhere.
int races(int count, char **arguments);
