import Testing

/// The compiler lets a module import what it reaches only through others, so the `import` lines
/// themselves are held against this table.
@Suite("Dependencies point down")
struct DependencyTests {
    struct Rule: Sendable, CustomTestStringConvertible {
        let folder: String
        let forbidden: Set<String>
        let why: String

        var testDescription: String { folder }
    }

    private static let database: Set = ["Postgres", "CPostgres", "CEpoll", "Cluster", "Store"]
    private static let web: Set = [
        "Hummingbird", "HummingbirdCore", "HTTPTypes", "AsyncHTTPClient", "NIOCore", "NIOPosix", "FoundationNetworking",
    ]
    private static let above: Set = ["API", "Presentation", "garrison"]

    private static let rules = [
        Rule(
            folder: "Sources/Domain",
            forbidden: database.union(web).union(above).union(["Glibc", "Logging"])
                .union(["Versions", "Risk", "Scanner", "Intelligence", "Identity", "Agent", "Inventories"]),
            why: "the nouns are pure values that everything else builds on"),
        Rule(
            folder: "Sources/Engines",
            forbidden: database.union(web).union(above).union([
                "Intelligence", "Identity", "Agent", "Inventories", "Logging",
            ]),
            why: "decisions are pure: no SQL, no HTTP, no sources"),
        Rule(
            folder: "Sources/Intelligence", forbidden: database.union(above).union(["Scanner", "Identity", "Agent"]),
            why: "sources know their formats, not where records go"),
        Rule(
            folder: "Sources/Inventories",
            forbidden: database.union(web).union(above).union(["Intelligence", "Store"]),
            why: "documents are read without a database or a network"),
        Rule(
            folder: "Sources/Connectors",
            forbidden: database.union(above).union([
                "Intelligence", "Scanner", "Risk", "Identity", "Agent", "Simulators",
            ]),
            why: "connectors know their vendors, not where reports go or who may ask"),
        Rule(
            folder: "Simulators",
            forbidden: database.union(above).union([
                "Domain", "Connectors", "Intelligence", "Inventories", "Scanner", "Risk", "Versions", "Identity",
                "Agent",
            ]),
            why: "a vendor shares no code with what it is to test"),
        Rule(
            folder: "Sources/Reports", forbidden: database.union(web).union(above).union(["Intelligence", "Identity"]),
            why: "a report is made from findings, wherever they come from"),
        Rule(
            folder: "Sources/Agent",
            forbidden: database.union(above).union(["Intelligence", "Scanner", "Risk", "Identity"]),
            why: "an endpoint has no database and makes no decisions"),
        Rule(
            folder: "Sources/AgentRuntime",
            forbidden: database.union(above).union(["Intelligence", "Scanner", "Risk", "Identity", "Hummingbird"]),
            why: "what runs on an endpoint has no database and makes no decisions"),
        Rule(
            folder: "Sources/Integrations",
            forbidden: database.union(above).union(["Scanner", "Risk", "Intelligence", "Identity", "Agent"]),
            why: "what sends a message knows neither what it says nor where it was decided"),
        Rule(
            folder: "Sources/Integrations/Objects",
            forbidden: database.union(above).union([
                "Hummingbird", "HTTPTypes", "Connectors", "Notifications", "Identity", "Inventories", "Logging",
            ]),
            why: "a store takes bytes and knows nothing of whose they are"),
        Rule(
            folder: "Sources/Identity", forbidden: database.union(above).union(["Scanner", "Intelligence", "Agent"]),
            why: "who somebody is does not depend on what is stored about machines"),
        Rule(
            folder: "Sources/DataLayer/Postgres",
            forbidden: web.union(above).union(["Store", "Cluster", "Scanner", "Identity"]),
            why: "the client knows PostgreSQL and no table of ours"),
        Rule(
            folder: "Sources/DataLayer/Cluster", forbidden: web.union(above).union(["Store", "Postgres", "CPostgres"]),
            why: "the server is started without a client of it"),
        Rule(
            folder: "Sources/DataLayer/Store",
            forbidden: web.union(above).union(["CPostgres", "CEpoll", "Cluster", "Agent"]),
            why: "tables are reached through the client and know nothing of requests"),
        Rule(
            folder: "Sources/API",
            forbidden: ["Presentation", "garrison", "Postgres", "CPostgres", "Cluster", "Agent"],
            why: "routes speak to stores, not to the database"),
        Rule(
            folder: "Sources/Presentation",
            forbidden: ["garrison", "Postgres", "CPostgres", "Cluster", "Agent", "Scanner"],
            why: "pages show what stores answer"),
    ]

    @Test("a module imports nothing that is above or beside it", arguments: rules)
    func importsAreAllowed(_ rule: Rule) throws {
        let files = try SourceTree.files(rule.folder)
        #expect(!files.isEmpty)
        for file in files {
            let wrong = rule.forbidden.intersection(file.imports).sorted()
            #expect(wrong.isEmpty, "\(file.path) imports \(wrong.joined(separator: ", ")), but \(rule.why)")
        }
    }

    @Test("engines do not read the clock, the environment or files")
    func enginesArePure() throws {
        let impure = ["Date()", "Date.now", "ContinuousClock", "getenv(", "ProcessInfo", "FileManager"]
        // An index is mapped from a file: the one place where the scanner touches the disk.
        let exempt = "/Format/"
        for file in try SourceTree.files("Sources/Engines") where !file.path.contains(exempt) {
            for word in impure { #expect(!file.has(word), "\(file.path) uses \(word)") }
        }
    }

    @Test("only the executable wires modules together")
    func onlyTheProgramWires() throws {
        let below = try SourceTree.files("Sources").filter { !$0.path.hasPrefix("Sources/garrison/") }
        for file in below {
            let both = Set(file.imports).isSuperset(of: ["Cluster", "Store"])
            #expect(!both, "\(file.path) starts a database and uses it")
        }
    }
}
