extension Theme {
    /// The theme for a dark ground that is there without any file: the same as `themes/dark.toml`.
    package static let standard = Theme(name: "dark", looks: standardRoles)

    /// Role names and values of the standard theme, as a file would give them.
    package static let standardRoles: [String: String] = [
        "text": "default", "muted": "#8a8a8a", "title": "bold #d7d7ff", "header": "#e4e4e4 on #303030",
        "breadcrumb": "#a8a8a8", "footer": "#a8a8a8 on #303030", "key": "bold #87d7ff", "border": "#585858",
        "workspace": "bold #87d787", "workspace-caution": "bold #ffffff on #af0000",
        "selection": "bold #f2f6fa on #264f78",
        "selection-inactive": "on #303030", "marked": "on #4e3d00", "match": "#000000 on #d7af5f",
        "match-current": "bold #000000 on #ffd75f", "mark": "bold #ff5f87", "column-title": "underline #a8a8a8",
        "unread": "bold #ffffff", "flagged": "#ffaf5f", "held": "bold #ffaf00", "agent": "#87d7d7",
        "outsider": "#ffaf87", "subject": "", "time": "#8a8a8a", "count": "#afafaf", "field-name": "#87afd7",
        "quote": "#87afaf", "quote2": "#af87af", "quote3": "#8a8a8a", "link": "underline #87afff",
        "attachment": "#d7d787", "code": "#d7d7af", "signature": "dim #8a8a8a", "hidden": "italic #ff8787",
        "finding": "bold #000000 on #ff875f", "inserted": "#87d787", "deleted": "#ff8787", "success": "#87d787",
        "warning": "#ffd75f", "error": "bold #ff5f5f", "info": "#87d7ff", "live": "#87d787", "catching-up": "#ffd75f",
        "offline": "bold #ff8787", "input": "#ffffff on #303030", "ghost": "#767676 on #303030",
        "prompt": "bold #87d7ff on #303030", "overlay": "#e4e4e4 on #262626",
        "overlay-title": "bold #87afd7 on #262626", "button": "#d0d0d0 on #3a3a3a",
        "button-focused": "bold #000000 on #87d7ff", "button-danger": "#ff8787 on #3a3a3a", "chart": "#5fafaf",
        "disabled": "dim #767676", "accent1": "#87d7d7", "accent2": "#d7afff", "accent3": "#afd787",
        "accent4": "#ffaf87", "accent5": "#87afff", "accent6": "#d7d787",
    ]
}
