import Foundation
import Postgres
import TestSupport
import Testing

@Suite("garrison doctor finds what is wrong with the database", .database, .blocking)
struct DoctorDatabaseTests {
    private func doctor(_ url: String = TestDatabase.current.url) throws -> DoctorRun {
        try DoctorRun(environment: ["DATABASE_URL": url])
    }

    @Test("nothing is wrong, but there is no intelligence")
    func healthy() throws {
        let doctor = try doctor()
        #expect(doctor.status == 0)
        for name in ["database", "database.clock", "database.roles", "database.schema"] {
            #expect(doctor[name]?.status == "ok", "\(name)")
        }
        doctor.expectWarning(
            "intelligence", "no vulnerability intelligence is loaded", advice: "garrison intel update")
    }

    @Test("loaded intelligence is old")
    func oldIntelligence() async throws {
        try await TestDatabase.current.addIntelligence()
        let doctor = try doctor()
        #expect(doctor.checks.contains { $0.key.hasPrefix("intelligence.kev") && $0.value.status == "warning" })
        #expect(doctor.status == 0)
    }

    @Test("it cannot be reached; the password in its URL is not shown")
    func unreachable() throws {
        let port = try freePort()
        let doctor = try doctor("postgresql://garrison:hunter2@127.0.0.1:\(port)/garrison")
        doctor.expectProblem("database", "cannot be reached", advice: "the environment variable DATABASE_URL")
        #expect(!"\(doctor.checks)".contains("hunter2"))
    }

    @Test("a database of that name is missing")
    func missing() throws {
        let url = TestDatabase.current.url.replacingOccurrences(of: TestDatabase.current.name, with: "nowhere")
        try doctor(url).expectProblem("database", "\"nowhere\" does not exist", advice: "Check the URL")
    }

    @Test("migrations are pending")
    func pending() async throws {
        try await TestDatabase.withEmptyDatabase { url in
            try doctor(url).expectProblem("database.schema", "migration(s) pending", advice: "garrison migrate")
        }
    }

    @Test("a migration that was applied is another one now")
    func changedMigration() async throws {
        _ = try await TestDatabase.current.store.owner.query(
            "UPDATE schema_migrations SET checksum = 'x' WHERE version = 1")
        let doctor = try doctor()
        #expect(doctor["database"]?.status == "ok" && doctor.status == 1)
        #expect(doctor["database.schema"]?.message.contains("(create_foundation)") == true)
    }

    @Test("the user may not become the roles that requests run under")
    func roles() async throws {
        let database = TestDatabase.current
        let user = "limited_\(database.name)"
        _ = try await database.store.owner.query("CREATE ROLE \"\(user)\" LOGIN")
        let doctor = try doctor(database.url.replacingOccurrences(of: "user=garrison", with: "user=\(user)"))
        _ = try await database.store.owner.query("DROP ROLE \"\(user)\"")
        doctor.expectProblem(
            "database.roles", "\(user) may not become role garrison_app", advice: "GRANT garrison_app TO \(user)")
    }

    @Test("a configuration with a password is open to others")
    func exposedPassword() throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        let path = try folder.write("database_url: postgresql://a:b@127.0.0.1:1/x\n", to: "garrison.yaml")
        try DoctorRun(["--config", path]).expectWarning(
            "configuration.exposed", "holds a password", advice: "chmod 600 \(path)")
    }
}
