import AsyncHTTPClient
import Cluster
import Domain
import Foundation
import Inventories
import NIOCore
import TestSupport

/// The real program, serving from a private PostgreSQL in a folder of its own. It holds `acme`, a tenant with
/// endpoints and findings, and two with nothing.
struct GarrisonServer: Sendable {
    static let password = "correct horse battery"
    static let user = "admin@acme.example"
    static let newcomer = "admin@empty.example"
    /// Of a tenant that connects its vendor.
    static let customer = "admin@vendors.example"
    /// A host whose name and software try to become markup.
    static let hostile = "<img src=x onerror=window.attacked=1>"

    let folder: TestFolder
    let base: String
    private let program: Program
    private let environment: [String: String]

    static func start() async throws -> GarrisonServer {
        let folder = try TestFolder()
        guard let root = ResourceLocator.root() else { throw TestFailure("no database/migrations above the tests") }
        let resources = folder.path + "/resources"
        let files = FileManager.default
        try files.createDirectory(atPath: resources + "/data/intel", withIntermediateDirectories: true)
        try files.createSymbolicLink(atPath: resources + "/database", withDestinationPath: root + "/database")
        // A bundle without feeds: what is loaded is what the test imports.
        try folder.write(
            #"{"schema": "garrison.bundle/1", "date": "2024-05-01", "files": []}"#,
            to: "resources/data/intel/MANIFEST.json")
        try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
        let environment = [
            "GARRISON_RESOURCES": resources, "GARRISON_DATA_DIR": folder.path + "/data",
            "GARRISON_WEBHOOK_OWN_NETWORK": "allow",
        ]
        let port = try freePort()
        let program = try Program(
            garrison: ["serve", "--listen", "127.0.0.1:\(port)"], environment: environment)
        let server = GarrisonServer(
            folder: folder, base: "http://127.0.0.1:\(port)", program: program, environment: environment)
        do {
            try await server.waitUntilReady()
            try await server.fill()
        } catch {
            let complaints = program.complaints
            await server.stop()
            throw TestFailure("\(error)\n\(complaints)")
        }
        return server
    }

    func stop() async {
        await program.stop()
        folder.remove()
    }

    /// The server's own database, with the tenants of `TestTenant` in it, for fixtures that no command makes. Close its
    /// store.
    func database() async throws -> TestDatabase {
        guard let url = try PrivateCluster.connectionString(ofRunning: folder.path + "/data") else {
            throw TestFailure("the server's PostgreSQL does not run")
        }
        return try await TestDatabase.make(url: url)
    }

    /// What a machine sends to the server, as JSON.
    func post(_ path: String, _ json: String) async throws -> JSON {
        var request = HTTPClientRequest(url: base + path)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.body = .bytes(ByteBuffer(string: json))
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let body = Data(try await response.body.collect(upTo: 1 << 20).readableBytesView)
        guard response.status == .ok else { throw TestFailure("\(path): \(String(decoding: body, as: UTF8.self))") }
        return try JSONDecoder().decode(JSON.self, from: body)
    }

    /// Runs a subcommand against the server's database.
    @discardableResult
    func run(_ arguments: String..., input: String? = nil) async throws -> String {
        let input = Data((input ?? "").utf8)
        let ended = try await Program(garrison: arguments, environment: environment, input: input).end()
        guard ended.status == 0 else { throw TestFailure("garrison \(arguments): \(ended.complaints)") }
        return ended.text
    }

    private func waitUntilReady() async throws {
        try await waitUntil("\(base)/readyz answers", seconds: 300) {
            guard program.isRunning else { throw TestFailure("garrison serve has ended") }
            let response = try? await HTTPClient.shared.execute(
                HTTPClientRequest(url: "\(base)/readyz"), timeout: .seconds(10))
            return response?.status == .ok
        }
    }

    private func fill() async throws {
        for (tenant, user) in [("acme", Self.user), ("empty", Self.newcomer), ("vendors", Self.customer)] {
            try await run("tenant", "create", tenant)
            try await run(
                "user", "create", "--tenant", tenant, "--role", "admin", user, input: Self.password + "\n")
        }
        for feed in SeedFeeds.all {
            try await run("intel", "import", feed.source.rawValue, try folder.write(feed.text, to: feed.name))
        }
        // An older day, so that there is a line to draw.
        let older = """
            #model_version:v2023.03.01,score_date:2024-04-11T00:00:00+0000
            cve,epss,percentile
            \(SeedFeeds.exploited),0.31,0.9

            """
        try await run("intel", "import", "epss", try folder.write(older, to: "epss-older.csv"))
        var lines = (0..<5).map {
            Seed.inventory("web-\($0)", packages: $0 > 2 ? SeedPackages.updated : SeedPackages.vulnerable)
        }
        lines.append(
            Seed.inventory(
                Self.hostile, packages: [SeedPackages.deb("<b>bash</b>", "1"), SeedPackages.deb("bash", "5.2.15-2")]))
        let document = lines.map { String(decoding: $0.json(), as: UTF8.self) }.joined(separator: "\n")
        try await run("import", "--tenant", "acme", try folder.write(document, to: "inventories.ndjson"))
        try await run("scan", "--tenant", "acme")
        try await run("vex", "import", "--tenant", "acme", try folder.write(Self.statements, to: "vex.json"))
    }

    /// Hides a finding of one host, and says of another vulnerability that it is looked into.
    private static let statements = """
        {"@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://example.org/vex/2024-1", "author": "Example Inc.",
         "timestamp": "2024-05-01T00:00:00Z", "version": 1, "statements": [
           {"vulnerability": {"name": "\(SeedFeeds.unfixed)"},
            "products": [{"@id": "pkg:generic/web-3", "subcomponents": [{"@id": "pkg:deb/debian/zlib"}]}],
            "status": "not_affected", "justification": "vulnerable_code_not_in_execute_path"},
           {"vulnerability": {"name": "\(SeedFeeds.high)"}, "products": [{"@id": "pkg:deb/debian/curl"}],
            "status": "under_investigation"}]}
        """
}
