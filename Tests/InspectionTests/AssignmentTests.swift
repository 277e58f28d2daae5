import Inspection
import Testing

/// The ways in which programs, configurations and people give a name a value; `N` is the name's first word, `V` the value.
private let forms = [
    "NToken=\"V\"", "NToken = V", "{\"N_token\": \"V\"}", "{\"c\":\"{\\\"N_token\\\":\\\"V\\\"}\"}",
    "<NToken>V</NToken>",
    "<NToken>\n    V\n</NToken>", "<add key=\"NToken\" value=\"V\" />", "N_token: V", "N_token: |\n  V\n",
    "N_token: >-\n  V\n", "- name: N_TOKEN\n  value: \"V\"", "{ name: 'N_TOKEN', value: 'V' }",
    "var NToken string = \"V\"", "NToken := `V`", "let N_token: &str = \"V\";",
    "const NToken: string | undefined = \"V\"", "val NToken: String? = \"V\"", "$NToken .= \"V\"", "N_token += \"V\"",
    "N_TOKEN ?= \"V\"", "N_TOKEN ::= \"V\"", "export N_TOKEN=V", "ENV N_TOKEN V", "$env:N_TOKEN = \"V\"",
    "docker run -e N_TOKEN=V image", "--N-token V", "define(\"N_TOKEN\", \"V\");", "os.Setenv(\"N_TOKEN\", \"V\")",
    "#define N_TOKEN \"V\"", "NSString *const NToken = @\"V\";", "N_token = os.getenv(\"N_TOKEN\", \"V\")",
    "N_token = process.env.N_TOKEN || \"V\"", "N_token = ENV.fetch(\"N_TOKEN\") { \"V\" }", "N_token = (\n    \"V\"\n)",
    "N_token = \\\n  \"V\"", "NToken = Optional(\"V\")", "variable \"N_token\" {\n  default = \"V\"\n}",
    "N {\n  token = \"V\"\n}", "[N]\ntoken = V", "| N token | V |", "N token\tV", "N token\nV", "* N token - V",
    "Our N token is V.", "curl -H \"N-Token: V\" https://api.partner.example",
    "curl -H 'Authorization: Bearer V' https://api.partner.example", "https://api.partner.example/v1?api_key=V&page=1",
    "https://V@git.partner.example/team/app.git", "//registry.partner.example/:_authToken=V",
]

@Suite("Names and their values")
struct AssignmentTests {
    private static let values = ["q7Zk3LmPv0Tn5RwY7x2LbD9s", "5957d2c3e31fdd9029bbdcd4a204b242"]

    @Test("a random value is found in every way of giving it a name", arguments: forms)
    func found(form: String) {
        for value in Self.values {
            let text = form.split(separator: "V", omittingEmptySubsequences: false).joined(separator: value)
                .split(separator: "N", omittingEmptySubsequences: false).joined(separator: "harbour")
            let report = Mail.inspector.inspectOutbound(Mail.make(text))
            #expect(report.verdict == .hold, "\(text)")
            #expect(!report.findings.contains { $0.excerpt.contains(value) })
        }
    }

    @Test(
        "a password is found in the commands and sentences that give it",
        arguments: [
            "net user ada V /add", "echo \"ada:V\" | chpasswd", "htpasswd -b users ada V", "mysql -u root -pV shop",
            "sshpass -p V ssh host", "psql postgresql://app:V@db.partner.example/shop",
            "ALTER USER ada WITH PASSWORD 'V';",
            "curl -u ada:V https://partner.example", "Kennwort lautet V", "mot de passe : V", "The wifi password is V",
            "machine partner.example login ada password V", "Server=db;Uid=app;Pwd=V;",
        ])
    func passwords(form: String) {
        for value in ["Tr0ub4dor&3", "Sommer#2025", "k8Wq2Lmz"] {
            let text = form.split(separator: "V", omittingEmptySubsequences: false).joined(separator: value)
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
