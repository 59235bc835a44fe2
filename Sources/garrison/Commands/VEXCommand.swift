import API
import ArgumentParser
import Domain
import FoundationEssentials
import Store

/// `garrison vex`: what others say of vulnerabilities in products, for a tenant's findings.
struct VEXCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vex", abstract: "Import, list and remove a tenant's VEX documents.",
        discussion: """
            Statements that a product is not affected, with a reason, or fixed hide findings at once; they count again \
            when their document is removed. `garrison scan --vex` does the same for one host, without a database.
            """,
        subcommands: [Import.self, List.self, Remove.self])

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Import OpenVEX or CSAF documents.",
            discussion: """
                Each document is all or nothing. A later edition takes the place of the one before, and the same again \
                changes nothing. One that cannot be used is told with the reason; the others are imported, and the exit \
                code is 1.
                """)

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var tenant: TenantOption
        @Flag(help: "Print what was imported as JSON.") var json = false
        @Argument(help: "The files; - is standard input.") var files: [String]

        func run() async throws {
            var (imported, refused) = ([VEXRecord](), 0)
            try await database.withTenant(tenant) { store, tenant in
                for file in files {
                    do {
                        let record = try await store.vex.add(
                            content: try contents(of: file), by: Operator.principal(of: tenant))
                        imported.append(record)
                    } catch let error as any UserFacingError {
                        Console.note("vex: \(file): \(error.message)")
                        refused += 1
                    }
                }
            }
            if json {
                try Console.printJSON(imported.map(VEXLine.init))
            } else {
                for record in imported {
                    Console.print(
                        "\(record.document): \(record.statements) statement(s), \(record.findings) finding(s) hidden")
                }
            }
            if refused > 0 { throw ExitCode(1) }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List a tenant's VEX documents.")

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var tenant: TenantOption
        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            let records = try await database.withTenant(tenant) { store, tenant in
                var (records, query) = ([VEXRecord](), VEXStore.Query(limit: 1000))
                repeat {
                    let page = try await store.vex.list(query, tenant: tenant.id)
                    records += page.items
                    query.cursor = page.next
                } while query.cursor != nil
                return records
            }
            if json { return try Console.printJSON(records.map(VEXLine.init)) }
            if records.isEmpty { return Console.note("There is no VEX document yet: garrison vex import --help") }
            let rows = records.map { record in
                [
                    record.id.description, record.document, record.author, record.issuedAt.map(Moment.day) ?? "",
                    "\(record.statements)", "\(record.findings)",
                ]
            }
            Console.print(Columns.text(["ID", "DOCUMENT", "AUTHOR", "ISSUED", "STATEMENTS", "HIDES"], rows))
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove a VEX document; what it hid counts again at once.")

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var tenant: TenantOption
        @Argument(help: "Its id here, or its publisher's.") var document: String

        func run() async throws {
            try await database.withTenant(tenant) { store, tenant in
                guard let record = try await store.vex.named(document, tenant: tenant.id) else {
                    throw StoreError.notFound(kind: "vex", id: document)
                }
                try await store.vex.remove(record.id, by: Operator.principal(of: tenant))
                Console.note("Removed \(record.document): \(record.findings) finding(s) were hidden by it.")
            }
        }
    }
}

/// A document as `--json` prints it.
private struct VEXLine: Encodable {
    let id: String
    let document: String
    let format: String
    let author: String
    let issued: Date?
    let statements: Int
    let findings: Int

    init(_ record: VEXRecord) {
        id = record.id.description
        document = record.document
        format = record.format.rawValue
        author = record.author
        issued = record.issuedAt
        statements = record.statements
        findings = record.findings
    }
}
