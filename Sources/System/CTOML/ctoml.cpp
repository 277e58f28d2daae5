#include "ctoml.h"

// Version 3.3 guards parts of its parser by assertions that malformed text reaches, such as "[x" at the end of a line.
// Aborting would end the program, and with NDEBUG the parser would go on into undefined behaviour. Here an assertion
// throws, and ctoml_parse catches.
struct broken_assertion {};
#undef NDEBUG
[[noreturn]] static void break_off() { throw broken_assertion{}; }
#define TOML_ASSERT(condition) ((condition) ? static_cast<void>(0) : break_off())
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include <algorithm>
#include <deque>
#include <new>
#include <sstream>
#include <string>
#include <vector>

struct ctoml_document {
    std::vector<ctoml_node> nodes;
    // A deque, because a node points into its strings and they must not move.
    std::deque<std::string> strings;
    std::string error;
    uint32_t error_line = 0;
    uint32_t error_column = 0;
};

namespace {

void keep(ctoml_document &document, std::string_view text, const char *&pointer, size_t &length) {
    document.strings.emplace_back(text);
    pointer = document.strings.back().c_str();
    length = text.size();
}

// toml++ bounds how deep values nest, but not the parts of a dotted key, and its tables are freed by recursion. A line
// that is this short cannot make a tree that is too deep for the stack.
constexpr size_t longest_line = 4096;

// The number of the first line that is too long; 0 where none is.
uint32_t too_long(std::string_view text) {
    uint32_t line = 1;
    for (size_t start = 0; start < text.size(); ++line) {
        const size_t end = std::min(text.find('\n', start), text.size());
        if (end - start > longest_line)
            return line;
        start = end + 1;
    }
    return 0;
}

void append(ctoml_document &document, const toml::node &value, int32_t parent, const toml::key *key) {
    ctoml_node node{};
    node.parent = parent;
    node.line = value.source().begin.line;
    node.column = value.source().begin.column;
    if (key) {
        node.key_line = key->source().begin.line;
        node.key_column = key->source().begin.column;
        keep(document, key->str(), node.key, node.key_length);
    }
    const auto index = static_cast<int32_t>(document.nodes.size());
    switch (value.type()) {
    case toml::node_type::table: {
        node.kind = ctoml_table;
        document.nodes.push_back(node);
        const toml::table &table = *value.as_table();
        std::vector<std::pair<const toml::key *, const toml::node *>> children;
        for (auto it = table.cbegin(); it != table.cend(); ++it)
            children.emplace_back(&it->first, &it->second);
        std::stable_sort(children.begin(), children.end(), [](const auto &one, const auto &other) {
            return one.first->source().begin < other.first->source().begin;
        });
        for (const auto &[name, child] : children)
            append(document, *child, index, name);
        return;
    }
    case toml::node_type::array:
        node.kind = ctoml_array;
        document.nodes.push_back(node);
        for (const toml::node &child : *value.as_array())
            append(document, child, index, nullptr);
        return;
    case toml::node_type::string:
        node.kind = ctoml_string;
        keep(document, value.as_string()->get(), node.text, node.text_length);
        break;
    case toml::node_type::integer:
        node.kind = ctoml_integer;
        node.integer = value.as_integer()->get();
        break;
    case toml::node_type::floating_point:
        node.kind = ctoml_real;
        node.real = value.as_floating_point()->get();
        break;
    case toml::node_type::boolean:
        node.kind = ctoml_boolean;
        node.boolean = value.as_boolean()->get();
        break;
    default: {
        node.kind = ctoml_time;
        std::ostringstream text;
        if (const auto *date = value.as_date())
            text << date->get();
        else if (const auto *time = value.as_time())
            text << time->get();
        else if (const auto *moment = value.as_date_time())
            text << moment->get();
        keep(document, text.str(), node.text, node.text_length);
    }
    }
    document.nodes.push_back(node);
}

// Whether the parser gives up on the text by an assertion, and so without saying where.
bool breaks(std::string_view text) {
    try {
        (void)toml::parse(text);
        return false;
    } catch (const broken_assertion &) {
        return true;
    }
}

// The number of the line at which an assertion breaks: the fewest lines that break it, by halving.
uint32_t breaking_line(std::string_view text) {
    std::vector<size_t> ends;
    for (size_t at = 0; at < text.size(); ++at)
        if (text[at] == '\n')
            ends.push_back(at + 1);
    if (ends.empty() || ends.back() != text.size())
        ends.push_back(text.size());
    size_t good = 0, bad = ends.size();
    while (bad - good > 1) {
        const size_t middle = good + (bad - good) / 2;
        (breaks(text.substr(0, ends[middle - 1])) ? bad : good) = middle;
    }
    return static_cast<uint32_t>(bad);
}

} // namespace

extern "C" ctoml_document *ctoml_parse(const char *bytes, size_t length) {
    auto *document = new (std::nothrow) ctoml_document;
    if (!document)
        return nullptr;
    const std::string_view text(bytes, length);
    // The standard library may also throw for want of memory; nothing may leave through the C border.
    try {
        if (const uint32_t line = too_long(text)) {
            document->error = "the line is longer than 4096 bytes";
            document->error_line = line;
            document->error_column = longest_line + 1;
            return document;
        }
        try {
            const toml::parse_result result = toml::parse(text);
            if (result) {
                append(*document, result.table(), -1, nullptr);
            } else {
                document->error = std::string(result.error().description());
                document->error_line = result.error().source().begin.line;
                document->error_column = result.error().source().begin.column;
            }
        } catch (const broken_assertion &) {
            document->error = "a key, a value or a bracket is missing or not ended";
            document->error_line = breaking_line(text);
            document->error_column = 1;
        }
        return document;
    } catch (...) {
        delete document;
        return nullptr;
    }
}

extern "C" const char *ctoml_error(const ctoml_document *document, uint32_t *line, uint32_t *column) {
    *line = document->error_line;
    *column = document->error_column;
    return document->error.empty() ? nullptr : document->error.c_str();
}

extern "C" const ctoml_node *ctoml_nodes(const ctoml_document *document, size_t *count) {
    *count = document->nodes.size();
    return document->nodes.data();
}

extern "C" void ctoml_free(ctoml_document *document) {
    delete document;
}
