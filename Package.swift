// swift-tools-version: 6.2
import PackageDescription

// Targets stand in the order in which they import each other, the lowest first; imports point upward only in this list.

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("ImmutableWeakCaptures"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

func system(_ name: String, pkgConfig: String? = nil) -> Target {
    .systemLibrary(name: name, path: "Sources/System/\(name)", pkgConfig: pkgConfig)
}

func library(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource]? = nil) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: dependencies + ["TestSupport"], exclude: exclude, swiftSettings: settings)
}

/// The files of rules that the program has inside, one a family.
let ruleFamilies = [
    "agents", "assignments", "infrastructure", "injection", "keys", "lexicon", "personal", "tokens", "urls",
]

let package = Package(
    name: "agenticmail",
    products: [
        .library(name: "AgenticMail", targets: ["AgenticMail"]),
        .executable(name: "agenticmail", targets: ["agenticmail"]),
    ],
    targets: [
        // MARK: C and C++ libraries of the system
        system("CCares"),
        system("CCrypt"),
        system("CArchive"),
        system("CCurl"),
        system("CGMime", pkgConfig: "gmime-3.0"),
        system("CGumbo"),
        system("CMicroHTTPD"),
        system("CNcurses"),
        system("CSQLite"),
        system("CSodium"),
        system("CUTF8Proc"),
        .target(name: "CRE2", path: "Sources/System/CRE2", linkerSettings: [.linkedLibrary("re2")]),
        .target(name: "CTOML", path: "Sources/System/CTOML"),

        // MARK: Foundations
        library("SafeText", ["CUTF8Proc"]),
        library("Sodium", ["CSodium"]),
        library("SQLite", ["CSQLite"]),
        library("FileWatch", []),
        library("Threads", []),
        library("Configuration", ["CTOML", "SafeText"]),
        library("HTTPTransport", ["CCurl"]),
        library("JMAP", ["HTTPTransport"]),
        library("DNS", ["CCares", "Threads"]),
        library("Stalwart", ["CCrypt", "CCurl", "DNS", "JMAP", "HTTPTransport", "Sodium", "Threads"]),
        library("Agents", ["CArchive", "JMAP", "HTTPTransport", "SQLite", "Sodium", "Stalwart", "Threads"]),
        library("Message", ["CGMime", "CGumbo"]),
        library(
            "Themes", [],
            resources: ["dark", "high-contrast", "light", "mono"].map { .embedInCode("files/\($0).toml") }),

        library(
            "Inspection", ["CArchive", "CRE2", "CUTF8Proc", "Configuration", "Message"],
            resources: ruleFamilies.map { .embedInCode("Rules/\($0).toml") } + [.embedInCode("Rules/phrases.txt")]),

        // MARK: Mail that is sent
        library(
            "Guard",
            ["CMicroHTTPD", "Configuration", "HTTPTransport", "Inspection", "JMAP", "Message", "Sodium", "Stalwart"]),

        // MARK: Mail kept here
        library("MailCache", ["FileWatch", "SQLite", "JMAP"]),
        library("MailSync", ["MailCache", "JMAP", "HTTPTransport"]),
        library(
            "AgenticMail",
            [
                "Agents", "Configuration", "DNS", "Guard", "HTTPTransport", "Inspection", "JMAP", "MailCache",
                "MailSync", "Message", "SafeText", "Sodium", "Stalwart", "Threads",
            ]),

        // MARK: An empty server
        library(
            "Setup",
            [
                "AgenticMail", "Agents", "Configuration", "Guard", "HTTPTransport", "JMAP", "Sodium", "Stalwart",
            ]),

        // MARK: The server inside
        library("Sandbox", ["CMicroHTTPD", "HTTPTransport", "JMAP", "Message", "SQLite", "Sodium", "Threads"]),

        // MARK: The terminal
        library("TerminalUI", ["CNcurses", "SafeText"]),
        library(
            "Console",
            [
                "AgenticMail", "Agents", "Configuration", "FileWatch", "Guard", "Inspection", "JMAP", "MailCache",
                "Message", "SafeText", "Setup", "TerminalUI", "Themes",
            ]),

        // MARK: Programs
        .executableTarget(
            name: "agenticmail",
            dependencies: [
                "AgenticMail", "Agents", "Configuration", "Console", "DNS", "Guard", "HTTPTransport", "Inspection",
                "JMAP",
                "MailCache", "MailSync", "Message", "SafeText", "Sandbox", "Setup", "Sodium", "Stalwart", "TerminalUI",
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "AgenticMail", "Agents", "CCurl", "Configuration", "Guard", "HTTPTransport", "Inspection", "JMAP",
                "MailCache", "MailSync", "Message", "Sandbox", "SQLite", "Sodium", "Stalwart", "TestSupport",
            ],
            resources: [.embedInCode("Notes/ordinary.txt"), .embedInCode("Notes/orders.txt")], swiftSettings: settings),

        // MARK: Tests
        .target(
            name: "TestSupport",
            dependencies: ["AgenticMail", "CCrypt", "HTTPTransport", "JMAP", "MailCache", "SQLite", "Sandbox"],
            path: "Tests/TestSupport",
            swiftSettings: settings),
        tests("SafeText", ["SafeText"]),
        tests("SQLite", ["SQLite"]),
        tests("Configuration", ["Configuration"]),
        tests("HTTPTransport", ["HTTPTransport"]),
        tests("JMAP", ["JMAP", "HTTPTransport", "Sandbox"]),
        tests("DNS", ["DNS"]),
        tests("Stalwart", ["Stalwart", "JMAP", "HTTPTransport", "Sandbox"]),
        tests("Message", ["Message"]),
        tests("Inspection", ["Inspection", "Message", "Configuration"]),
        tests("Agents", ["Agents", "HTTPTransport", "JMAP", "SQLite", "Sandbox", "Stalwart"]),
        tests("MailCache", ["MailCache", "SQLite", "JMAP"]),
        tests("MailSync", ["MailSync", "MailCache", "JMAP", "HTTPTransport", "Sandbox", "SQLite"]),
        tests("AgenticMail", ["AgenticMail", "Configuration", "MailCache", "Message", "Sandbox"]),
        tests("Sandbox", ["Sandbox", "HTTPTransport", "JMAP", "Message"]),
        tests("TerminalUI", ["TerminalUI", "SafeText"]),
        tests(
            "Console",
            [
                "Console", "AgenticMail", "Agents", "Configuration", "Guard", "MailCache", "Message", "SafeText",
                "TerminalUI", "Sandbox", "JMAP",
            ],
            exclude: ["Snapshots"]),
        tests(
            "Setup",
            [
                "AgenticMail", "Agents", "Configuration", "Guard", "HTTPTransport", "JMAP", "Sandbox", "Setup",
                "Stalwart",
            ]),
        tests(
            "Guard",
            [
                "AgenticMail", "Configuration", "Guard", "HTTPTransport", "JMAP", "Message", "Sandbox", "Sodium",
                "Stalwart",
            ]),
        tests("EndToEnd", []),
        tests(
            "Safety", ["AgenticMail", "HTTPTransport", "JMAP", "MailCache", "SafeText", "Sandbox"]),
    ],
    cxxLanguageStandard: .cxx17
)
