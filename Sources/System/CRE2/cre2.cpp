#include "cre2.h"

#include <re2/re2.h>
#include <re2/set.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <vector>

struct cre2_pattern {
    RE2 expression;
};

struct cre2_set {
    RE2::Set set;
};

namespace {

constexpr int most_groups = 16;

RE2::Options options(int ignores_case, int is_bytes, int64_t most_bytes) {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_case_sensitive(!ignores_case);
    options.set_encoding(is_bytes ? RE2::Options::EncodingLatin1 : RE2::Options::EncodingUTF8);
    options.set_max_mem(most_bytes);
    return options;
}

} // namespace

cre2_pattern *cre2_compile(
    const char *pattern, size_t length, int ignores_case, int is_bytes, int64_t most_bytes, char *error, size_t room) {
    auto *made = new (std::nothrow)
        cre2_pattern{RE2(re2::StringPiece(pattern, length), options(ignores_case, is_bytes, most_bytes))};
    if (!made)
        return nullptr;
    if (made->expression.ok())
        return made;
    if (room > 0) {
        const std::string &reason = made->expression.error();
        const size_t count = std::min(room - 1, reason.size());
        memcpy(error, reason.data(), count);
        error[count] = 0;
    }
    delete made;
    return nullptr;
}

void cre2_free(cre2_pattern *pattern) { delete pattern; }

int cre2_groups(const cre2_pattern *pattern) { return pattern->expression.NumberOfCapturingGroups(); }

int cre2_find(
    const cre2_pattern *pattern, const char *text, size_t length, size_t start, size_t end, ptrdiff_t *bounds,
    int groups) {
    if (start > end || end > length)
        return 0;
    re2::StringPiece found[most_groups + 1];
    const int count = std::min(groups, most_groups) + 1;
    const re2::StringPiece whole(text, length);
    if (!pattern->expression.Match(whole, start, end, RE2::UNANCHORED, found, count))
        return 0;
    for (int index = 0; index <= groups; ++index) {
        const bool took_part = index < count && found[index].data() != nullptr;
        bounds[2 * index] = took_part ? found[index].data() - text : -1;
        bounds[2 * index + 1] = took_part ? bounds[2 * index] + static_cast<ptrdiff_t>(found[index].size()) : -1;
    }
    return 1;
}

cre2_set *cre2_set_make(int ignores_case, int64_t most_bytes) {
    return new (std::nothrow) cre2_set{RE2::Set(options(ignores_case, 0, most_bytes), RE2::UNANCHORED)};
}

void cre2_set_free(cre2_set *set) { delete set; }

int cre2_set_add(cre2_set *set, const char *pattern, size_t length) {
    return set->set.Add(re2::StringPiece(pattern, length), nullptr);
}

int cre2_set_compile(cre2_set *set) { return set->set.Compile() ? 1 : 0; }

int cre2_set_match(const cre2_set *set, const char *text, size_t length, int *numbers, int room) {
    std::vector<int> found;
    RE2::Set::ErrorInfo info{};
    if (!set->set.Match(re2::StringPiece(text, length), &found, &info))
        return info.kind == RE2::Set::kNoError ? 0 : -1;
    const int count = std::min(room, static_cast<int>(found.size()));
    std::copy_n(found.begin(), count, numbers);
    return count;
}
