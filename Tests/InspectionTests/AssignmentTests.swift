import Inspection
import Testing

/// The ways in which programs, configurations and people give a name a value; `¤` is the name's first word, `§` the value.
private let forms = [
    "¤Token=\"§\"", "¤Token = §", "{\"¤_token\": \"§\"}", "{\"c\":\"{\\\"¤_token\\\":\\\"§\\\"}\"}",
    "<¤Token>§</¤Token>",
    "<¤Token>\n    §\n</¤Token>", "<add key=\"¤Token\" value=\"§\" />", "¤_token: §", "¤_token: |\n  §\n",
    "¤_token: >-\n  §\n", "- name: ¤_TOKEN\n  value: \"§\"", "{ name: '¤_TOKEN', value: '§' }",
    "var ¤Token string = \"§\"", "¤Token := `§`", "let ¤_token: &str = \"§\";",
    "const ¤Token: string | undefined = \"§\"", "val ¤Token: String? = \"§\"", "$¤Token .= \"§\"", "¤_token += \"§\"",
    "¤_TOKEN ?= \"§\"", "¤_TOKEN ::= \"§\"", "export ¤_TOKEN=§", "ENV ¤_TOKEN §", "$env:¤_TOKEN = \"§\"",
    "docker run -e ¤_TOKEN=§ image", "--¤-token §", "define(\"¤_TOKEN\", \"§\");", "os.Setenv(\"¤_TOKEN\", \"§\")",
    "#define ¤_TOKEN \"§\"", "NSString *const ¤Token = @\"§\";", "¤_token = os.getenv(\"¤_TOKEN\", \"§\")",
    "¤_token = process.env.¤_TOKEN || \"§\"", "¤_token = ENV.fetch(\"¤_TOKEN\") { \"§\" }", "¤_token = (\n    \"§\"\n)",
    "¤_token = \\\n  \"§\"", "¤Token = Optional(\"§\")", "variable \"¤_token\" {\n  default = \"§\"\n}",
    "¤ {\n  token = \"§\"\n}", "[¤]\ntoken = §", "| ¤ token | § |", "¤ token\t§", "¤ token\n§", "* ¤ token - §",
    "Our ¤ token is §.", "curl -H \"¤-Token: §\" https://api.partner.example",
    "curl -H 'Authorization: Bearer §' https://api.partner.example", "https://api.partner.example/v1?api_key=§&page=1",
    "https://§@git.partner.example/team/app.git", "//registry.partner.example/:_authToken=§",
]

@Suite("Names and their values")
struct AssignmentTests {
    private static let values = ["q7Zk3LmPv0Tn5RwY7x2LbD9s", "5957d2c3e31fdd9029bbdcd4a204b242"]

    @Test("a random value is found in every way of giving it a name", arguments: forms)
    func found(form: String) {
        for value in Self.values {
            let text = form.split(separator: "§", omittingEmptySubsequences: false).joined(separator: value)
                .split(separator: "¤", omittingEmptySubsequences: false).joined(separator: "harbour")
            let report = Mail.inspector.inspectOutbound(Mail.make(text))
            #expect(report.verdict == .hold, "\(text)")
            #expect(!report.findings.contains { $0.excerpt.contains(value) })
        }
    }

    @Test(
        "a password is found in the commands and sentences that give it",
        arguments: [
            "net user ada § /add", "echo \"ada:§\" | chpasswd", "htpasswd -b users ada §", "mysql -u root -p§ shop",
            "sshpass -p § ssh host", "psql postgresql://app:§@db.partner.example/shop",
            "ALTER USER ada WITH PASSWORD '§';",
            "curl -u ada:§ https://partner.example", "Kennwort lautet §", "mot de passe : §", "The wifi password is §",
            "machine partner.example login ada password §", "Server=db;Uid=app;Pwd=§;",
        ])
    func passwords(form: String) {
        for value in ["Tr0ub4dor&3", "Sommer#2025", "k8Wq2Lmz"] {
            let text = form.split(separator: "§", omittingEmptySubsequences: false).joined(separator: value)
            #expect(Mail.inspector.inspectOutbound(Mail.make(text)).verdict == .hold, "\(text)")
        }
    }

    @Test(
        "code that names a secret and has none is released",
        arguments: [
            "ERRORTOKEN = token.ERRORTOKEN", "ERRORTOKEN: TokenType = native_token_type.ERRORTOKEN",
            "password = getpass.getpass(\"Password for the server: \")", "token := os.Getenv(\"HARBOUR_TOKEN\")",
            "apiKey: string | undefined = process.env.API_KEY", "syn match Key /auth_key=\\|auth_hash_name\\)=/",
            "secret = Optional(\"secret-name\")", "token\nThe next line begins a sentence.",
            "* token - the word itself",
            "password\tThe words that open the door", "M[@%]PW:2Z.Q?2M^S;`4G?E0C.@V",
            "private_key: >-\n  see the vault",
            "https://somebody-with-a-long-name@partner.example/x", "net user ada * /add",
            "secretsmanager:[A-Za-z0-9-]{1,64}:secret:[a-zA-Z0-9-_/+=.@!]+$",
        ])
    func code(text: String) {
        let report = Mail.inspector.inspectOutbound(Mail.make(text))
        #expect(report.verdict == .release, "\(report.findings)")
    }
}
