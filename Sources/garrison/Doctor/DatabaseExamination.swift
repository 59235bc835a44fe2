import Cluster
import Domain
import FoundationEssentials
import Postgres
import Store

/// The server, its version, roles, schema and intelligence.
struct DatabaseExamination: Examination {
    let configuration: Configuration

    func checks() async -> [Check] {
        do {
            guard let url = try url() else {
                return [.ok("database", "database: not running; `garrison serve` starts it")]
            }
            var settings = DatabaseConfiguration(url: url)
            settings.connections = 1
            settings.logger = quietLogger()
            let database = try await Database(settings)
            let checks = await examine(database)
            await database.close()
            return checks
        } catch let error as PostgresError {
            let detail = error.detail.split(whereSeparator: \.isNewline).first.map { ": \($0)" } ?? ""
            return [.problem("database", "the database cannot be reached\(detail)", advice)]
        } catch let error as any UserFacingError {
            return [.problem("database", error.message, nil)]
        } catch {
            return [.problem("database", "\(error)", nil)]
        }
    }

    private func url() throws -> String? {
        try configuration.text(.databaseURL)
            ?? PrivateCluster.connectionString(ofRunning: configuration.dataDirectory)
    }

    private var advice: String {
        guard let value = configuration.value(.databaseURL) else { return "Stop `garrison serve` and start it again." }
        return "Check the URL given by \(value.origin), and that PostgreSQL runs there."
    }

    private func examine(_ database: Database) async -> [Check] {
        var checks: [Check] = []
        let steps: [(name: String, look: (Database) async throws -> Check)] = [
            ("database", version), ("database.clock", clock), ("database.roles", roles), ("database.schema", schema),
        ]
        for step in steps {
            do {
                checks.append(try await step.look(database))
            } catch {
                let message = (error as? any UserFacingError)?.message ?? "\(error)"
                checks.append(.problem(step.name, message, nil))
            }
        }
        // Without the schema there is nothing to ask for.
        guard checks.last?.status == .ok else { return checks }
        return checks + (await LoadedIntelligenceExamination(database: database).checks())
    }

    private func version(_ database: Database) async throws -> Check {
        let rows = try await database.query(
            "SELECT current_setting('server_version_num')::int, current_database()::text")
        let number = try rows[0].decode(0, as: Int.self)
        let sentence = "database: PostgreSQL \(number / 10_000), “\(try rows[0].decode(1, as: String.self))”"
        guard number >= 150_000 else {
            return .problem("database", sentence + "; 15 or newer is needed", "Upgrade the server.")
        }
        return .ok("database", sentence)
    }

    /// Times of one row come from both machines.
    private func clock(_ database: Database) async throws -> Check {
        let rows = try await database.query("SELECT clock_timestamp()")
        let seconds = abs(try rows[0].decode(0, as: Date.self).timeIntervalSinceNow)
        guard seconds > 30 else { return .ok("database.clock", "database clock: agrees with this machine’s") }
        return .warning(
            "database.clock", "the database’s clock is \(Int(seconds)) seconds off this machine’s",
            "Set both clocks by NTP.")
    }

    private func schema(_ database: Database) async throws -> Check {
        let migrator = try Migrator(resources: try ResourceLocator.migrations())
        let pending = try await migrator.pending(database)
        guard !pending.isEmpty else {
            return .ok("database.schema", "schema: current, migration \(migrator.newestVersion)")
        }
        return .problem(
            "database.schema", "schema: \(pending.count) migration(s) pending",
            "garrison migrate; `garrison serve` does it, too")
    }
}
