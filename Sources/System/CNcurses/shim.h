#pragma once
// Wide characters (cchar_t, setcchar) exist in the header only with this.
#define NCURSES_WIDECHAR 1
#include <langinfo.h>
#include <ncurses.h>
#include <string.h>
#include <term.h>

// Emphasis: macros of casts and shifts, which Swift does not import.
static inline attr_t ncurses_bold(void) { return WA_BOLD; }
static inline attr_t ncurses_dim(void) { return WA_DIM; }
static inline attr_t ncurses_italic(void) { return WA_ITALIC; }
static inline attr_t ncurses_underline(void) { return WA_UNDERLINE; }
static inline attr_t ncurses_reverse(void) { return WA_REVERSE; }

// Window functions of row and column are macros.
static inline int ncurses_put_row(WINDOW *window, int row, const cchar_t *cells, int count) {
    return mvwadd_wchnstr(window, row, 0, cells, count);
}
static inline int ncurses_cursor_row(void) { return getcury(curscr); }
static inline int ncurses_cursor_column(void) { return getcurx(curscr); }

// setcchar takes the colour pair's number by two ways; the second has room for all of them.
static inline int ncurses_style_cell(cchar_t *cell, attr_t emphasis, int pair) {
    return setcchar(cell, L" ", emphasis, (short)(pair > 0x7fff ? 0x7fff : pair), &pair);
}
static inline int ncurses_put_style(attr_t emphasis, int pair, int (*out)(int)) {
    return vid_puts(emphasis, (short)(pair > 0x7fff ? 0x7fff : pair), &pair, out);
}

// tiparm is variadic, and cursor_address a macro into the terminal's description.
static inline int ncurses_move_cursor(int row, int column, int (*out)(int)) {
    return tputs(tiparm(cursor_address, row, column), 1, out);
}
static inline int ncurses_can_move_cursor(void) { return cursor_address != 0 && clear_screen != 0; }

// The library's variables: Swift cannot know that only the interface's thread reads them.
static inline WINDOW *ncurses_window(void) { return stdscr; }
static inline WINDOW *ncurses_physical_screen(void) { return curscr; }
static inline int ncurses_columns(void) { return COLS; }
static inline int ncurses_rows(void) { return LINES; }
static inline int ncurses_colors(void) { return COLORS; }

// Declared by the C library only where X/Open is asked for.
extern int wcwidth(wchar_t scalar);
static inline int ncurses_width(unsigned int scalar) { return wcwidth((wchar_t)scalar); }

// CODESET is a macro of an enumerator, and the answer a name that differs only in how it is written.
static inline int ncurses_locale_is_utf8(void) { return strcmp(nl_langinfo(CODESET), "UTF-8") == 0; }

// Declared by the C library only where GNU is asked for, which the module's headers must not do for everyone.
extern int memfd_create(const char *name, unsigned int flags);
static inline int ncurses_frame_memory(void) { return memfd_create("frame", 1U /* MFD_CLOEXEC */); }
