import ArgumentParser
import Connectors

/// `garrison connector kinds`: which vendors there are, and what each needs.
struct ConnectorKindsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kinds", abstract: "Which vendors there are, and which settings each has.")

    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        if json { return try Console.printJSON(ConnectorKind.all.map(Kind.init)) }
        for kind in ConnectorKind.all {
            Console.print("\(kind.id): \(kind.title)")
            for field in kind.fields {
                let marks = (field.isRequired ? ", required" : "") + (field.isSecret ? ", secret" : "")
                Console.print("  \(field.name)\(marks): \(field.help)")
            }
        }
    }

    private struct Kind: Encodable {
        struct Field: Encodable {
            let name: String
            let help: String
            let required: Bool
            let secret: Bool
            let document: Bool
        }

        let id: String
        let title: String
        let settings: [Field]

        init(_ kind: ConnectorKind) {
            id = kind.id
            title = kind.title
            settings = kind.fields.map {
                Field(
                    name: $0.name, help: $0.help, required: $0.isRequired, secret: $0.isSecret,
                    document: $0.isDocument)
            }
        }
    }
}
