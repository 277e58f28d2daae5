#pragma once

// TOML read by toml++ into a flat array, so that no C++ type and no C++ exception crosses into Swift.

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum : int32_t {
    ctoml_table,
    ctoml_array,
    ctoml_string,
    ctoml_integer,
    ctoml_real,
    ctoml_boolean,
    ctoml_time,
} ctoml_kind;

// A value. Children stand after their parent, in the order in which the file has them.
typedef struct {
    ctoml_kind kind;
    // The index of the table or array that it stands in; -1 for the document itself.
    int32_t parent;
    // Where the value begins, counted from 1; 0 where a table is only implied.
    uint32_t line, column;
    // Where its key begins; 0 without a key.
    uint32_t key_line, key_column;
    // The key in a table; NULL in an array and for the document.
    const char *key;
    size_t key_length;
    // A string's bytes, or a time as it would be written.
    const char *text;
    size_t text_length;
    int64_t integer;
    double real;
    int32_t boolean;
} ctoml_node;

typedef struct ctoml_document ctoml_document;

// Parses UTF-8. NULL only when there is no memory.
ctoml_document *ctoml_parse(const char *bytes, size_t length);

// What was wrong, or NULL; with the place, counted from 1.
const char *ctoml_error(const ctoml_document *document, uint32_t *line, uint32_t *column);

// The values; the first is the document's table. None after an error. They live as long as the document.
const ctoml_node *ctoml_nodes(const ctoml_document *document, size_t *count);

void ctoml_free(ctoml_document *document);

#ifdef __cplusplus
}
#endif
