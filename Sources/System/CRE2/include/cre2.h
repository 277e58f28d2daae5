#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// A small C face of RE2. A compiled pattern may be used from several threads at once.
typedef struct cre2_pattern cre2_pattern;

// Compiles a pattern of UTF-8, or of Latin-1 where bytes shall be matched one by one; NULL if it is no pattern or takes
// more than most_bytes. The reason is then written to error, ended by NUL, cut at room.
cre2_pattern *cre2_compile(
    const char *pattern, size_t length, int ignores_case, int is_bytes, int64_t most_bytes, char *error, size_t room);

void cre2_free(cre2_pattern *pattern);

// How many groups the pattern captures, the whole match not counted.
int cre2_groups(const cre2_pattern *pattern);

// Finds the first match that begins at start or later and ends at end or earlier; what stands outside is looked at for
// word boundaries alone. bounds takes a begin and an end for the match and for each of groups groups, -1 for one that
// did not take part. Answers 1 for a match, else 0.
int cre2_find(
    const cre2_pattern *pattern, const char *text, size_t length, size_t start, size_t end, ptrdiff_t *bounds, int groups);

// Many patterns that are looked for in one pass.
typedef struct cre2_set cre2_set;

cre2_set *cre2_set_make(int ignores_case, int64_t most_bytes);
void cre2_set_free(cre2_set *set);
// The number of the pattern in the set; -1 if it is none.
int cre2_set_add(cre2_set *set, const char *pattern, size_t length);
// Must be called once, after the last pattern. Answers 0 if the patterns take too much memory.
int cre2_set_compile(cre2_set *set);
// Writes the numbers of the patterns that match anywhere in the text; answers how many, at most room, or -1 where the
// pass ran out of memory and any pattern may match.
int cre2_set_match(const cre2_set *set, const char *text, size_t length, int *numbers, int room);

#ifdef __cplusplus
}
#endif
