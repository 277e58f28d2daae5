#pragma once
#include <gumbo.h>
#include <setjmp.h>
#include <stdlib.h>
#include <time.h>

// Gumbo frees its tree by recursion, has no bound on memory, and walks its stack of open elements at every tag. Mail may
// be hostile in all three, so its memory comes from here: every block is in a list that is freed without recursion, and a
// parse that takes too much memory or time is left by longjmp out of the allocator. Only frames of Gumbo are jumped over,
// and they own nothing that is not in the list.

typedef struct agm_block {
    struct agm_block *previous, *next;
    size_t size;
} agm_block;

typedef struct agm_html {
    jmp_buf leave;
    agm_block *blocks;
    size_t room;
    struct timespec deadline;
    unsigned countdown;
    const GumboOutput *output;
} agm_html;

static inline int agm_html_is_late(const agm_html *html) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec > html->deadline.tv_sec || (now.tv_sec == html->deadline.tv_sec && now.tv_nsec > html->deadline.tv_nsec);
}

static inline void *agm_html_allocate(void *user, size_t size) {
    agm_html *html = (agm_html *)user;
    if (html->countdown-- == 0) {
        html->countdown = 1000;
        if (agm_html_is_late(html)) longjmp(html->leave, 1);
    }
    agm_block *block = size < html->room ? (agm_block *)malloc(sizeof(agm_block) + size) : NULL;
    if (!block) longjmp(html->leave, 1);
    html->room -= size;
    block->size = size;
    block->previous = NULL;
    block->next = html->blocks;
    if (html->blocks) html->blocks->previous = block;
    html->blocks = block;
    return block + 1;
}

static inline void agm_html_deallocate(void *user, void *pointer) {
    if (!pointer) return;
    agm_html *html = (agm_html *)user;
    agm_block *block = (agm_block *)pointer - 1;
    if (block->previous) block->previous->next = block->next;
    else html->blocks = block->next;
    if (block->next) block->next->previous = block->previous;
    html->room += block->size;
    free(block);
}

static inline void agm_html_free(agm_html *html) {
    for (agm_block *block = html->blocks, *next; block; block = next) {
        next = block->next;
        free(block);
    }
    free(html);
}

// The tree of the text, which must outlive it; NULL if it takes more than that many bytes, or milliseconds of the thread.
__attribute__((noinline)) static agm_html *agm_html_parse(const char *text, size_t length, size_t most_bytes, long most_ms) {
    agm_html *html = (agm_html *)calloc(1, sizeof(agm_html));
    if (!html) return NULL;
    html->room = most_bytes;
    html->countdown = 1000;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &html->deadline);
    html->deadline.tv_sec += most_ms / 1000;
    html->deadline.tv_nsec += most_ms % 1000 * 1000000;
    if (html->deadline.tv_nsec >= 1000000000) {
        html->deadline.tv_sec += 1;
        html->deadline.tv_nsec -= 1000000000;
    }
    GumboOptions options = kGumboDefaultOptions;
    options.allocator = agm_html_allocate;
    options.deallocator = agm_html_deallocate;
    options.userdata = html;
    options.max_errors = 0;
    if (setjmp(html->leave) != 0) {
        agm_html_free(html);
        return NULL;
    }
    html->output = gumbo_parse_with_options(&options, text, length);
    return html;
}

// GumboNode holds a union, of which Swift sees every member; these say which one may be read.
static inline const GumboVector *agm_html_children(const GumboNode *node) {
    switch (node->type) {
    case GUMBO_NODE_DOCUMENT: return &node->v.document.children;
    case GUMBO_NODE_ELEMENT:
    case GUMBO_NODE_TEMPLATE: return &node->v.element.children;
    default: return NULL;
    }
}

static inline const GumboNode *agm_html_child(const GumboVector *children, unsigned index) {
    return (const GumboNode *)children->data[index];
}

// NULL for what is no text.
static inline const char *agm_html_text(const GumboNode *node) {
    switch (node->type) {
    case GUMBO_NODE_TEXT:
    case GUMBO_NODE_WHITESPACE:
    case GUMBO_NODE_CDATA: return node->v.text.text;
    default: return NULL;
    }
}

// GUMBO_TAG_UNKNOWN for what is no element.
static inline GumboTag agm_html_tag(const GumboNode *node) {
    return node->type == GUMBO_NODE_ELEMENT ? node->v.element.tag : GUMBO_TAG_UNKNOWN;
}

// NULL for an element without it.
static inline const char *agm_html_attribute(const GumboNode *node, const char *name) {
    if (node->type != GUMBO_NODE_ELEMENT) return NULL;
    const GumboAttribute *attribute = gumbo_get_attribute(&node->v.element.attributes, name);
    return attribute ? attribute->value : NULL;
}

// NULL for what is no comment.
static inline const char *agm_html_comment(const GumboNode *node) {
    return node->type == GUMBO_NODE_COMMENT ? node->v.text.text : NULL;
}

// Where the node begins in the document.
static inline unsigned agm_html_offset(const GumboNode *node) {
    switch (node->type) {
    case GUMBO_NODE_ELEMENT:
    case GUMBO_NODE_TEMPLATE: return node->v.element.start_pos.offset;
    case GUMBO_NODE_DOCUMENT: return 0;
    default: return node->v.text.start_pos.offset;
    }
}
