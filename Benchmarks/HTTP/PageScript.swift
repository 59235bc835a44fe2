import Foundation
import Postgres
import Store

/// pgbench asking for the page as the server does: the same SQL, prepared, as the same role, with the tenant
/// set in the same round trip.
struct PageScript: Sendable {
    private let pgbench: Program
    private let path: String

    init(_ fleet: EndpointFleet, program: String) throws {
        path = FileManager.default.temporaryDirectory.appending(path: "page-\(UUID().uuidString).sql").path
        let statement = try EndpointStore.page(EndpointStore.Query(limit: 100), tenant: fleet.tenant)
        let sql = statement.sql.replacing("$1", with: "'\(fleet.tenant)'").replacing("$2", with: "101")
            .replacing("\n", with: " ")
        let script = """
            \\startpipeline
            SELECT set_config('app.tenant_id', '\(fleet.tenant)', true);
            \(sql);
            \\endpipeline

            """
        try Data(script.utf8).write(to: URL(filePath: path))
        var pgbench = Program(
            program, ["-n", "-M", "prepared", "-c", "8", "-j", "2", "-T", "4", "-f", path, fleet.url])
        pgbench.environment = ["PGOPTIONS": "-c role=\(EndpointFleet.role)"]
        self.pgbench = pgbench
    }

    func rate() async throws -> Double { try PgbenchReport.rate(try await pgbench.run()) }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
