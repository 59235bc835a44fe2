import Foundation
import Simulators
import TestSupport
import Testing

@Suite("garrison connector with a declaration", .blocking)
struct GenericConnectorTests {
    private func run(_ arguments: [String], _ server: SimulatorServer, _ declaration: String) throws -> GarrisonProcess
    {
        let settings = ["declaration=\(declaration)", "base_url=\(server.url)", "user=garrison"]
        return try GarrisonProcess.run(
            ["connector"] + arguments + settings.flatMap { ["--set", $0] },
            environment: ["GARRISON_CONNECTOR_SECRET": UnknownEDRSettings().secret])
    }

    @Test("an EDR that nobody has heard of is tried and read from a file, and what is wrong in the file is said")
    func file() async throws {
        let server = try await SimulatorServer.start(UnknownEDR())
        let folder = try TestFolder()
        defer { folder.remove() }
        let path = "\(folder.path)/unknown.yaml"
        let declaration = """
            name: Unknown EDR
            auth: {type: oauth2, token_url: /oauth2/token, scope: read write}
            errors: problem.words
            streams:
              devices:
                path: /v1/machines
                query: {page: "{page}", per_page: "{size}"}
                paging: {style: page, size: 10}
                records: result.hosts
                fields: {source_id: uid, hostname: names.short}
            """
        try declaration.write(toFile: path, atomically: true, encoding: .utf8)
        let check = try run(["check", "generic"], server, "@\(path)")
        #expect(check.status == 0 && check.output.lines == ["ok       read devices"])
        let read = try run(["read", "generic", "devices"], server, "@\(path)")
        #expect(read.status == 0 && read.output.lines.count == 30)
        try declaration.replacing("hostname: names.short", with: "name: names.short")
            .write(toFile: path, atomically: true, encoding: .utf8)
        let wrong = try run(["check", "generic"], server, "@\(path)")
        #expect(
            wrong.status == 1
                && wrong.complaints.contains("line 10, streams.devices.fields.name: is no field of devices"))
        let missing = try run(["check", "generic"], server, "@\(folder.path)/none.yaml")
        #expect(missing.status == 1 && missing.complaints.contains("none.yaml"))
        try await server.stop()
    }
}
