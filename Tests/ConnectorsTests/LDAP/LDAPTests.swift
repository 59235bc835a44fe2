import Connectors
import Domain
import Foundation
import TestSupport
import Testing

@Suite("A directory server", .enabled(if: DirectoryServer.isInstalled, "slapd is not installed"))
struct LDAPTests {
    private typealias Stage = LDAPStage

    @Test(
        "machines are read in pages, over TLS and STARTTLS; what is switched off or a person is none",
        arguments: [true, false])
    func reads(isTLS: Bool) async throws {
        try await Stage.with { stage in
            let connector = isTLS ? stage.connector : try stage.other(["url": stage.server.plain])
            let run = try await LDAPStage(server: stage.server, connector: connector, network: stage.network).run()
            #expect(run.ids == Stage.listed && run.devices.count == 23 && run.batches == 4)
            #expect(Set(run.removed) == [Stage.id(20), Stage.id(21)] && run.quarantined.isEmpty)
            let controller = try #require(run.devices.first { $0.sourceID == Stage.id(3) })
            #expect(controller.hostname == "pc3" && controller.domain == "corp.example.test")
            #expect(controller.os.type == "windows" && controller.os.name == "Windows Server 2019 Standard")
            #expect(controller.os.version == "10.0.17763" && controller.kind == "domain_controller")
            #expect(controller.directoryID == Stage.id(3) && controller.product == DeviceReport.directoryProduct)
            #expect(controller.lastSeen == Date(timeIntervalSince1970: 1_767_214_800))
            #expect(controller.firstSeen == Date(timeIntervalSince1970: 1_735_689_600))
            #expect(try await connector.check().map(\.problem) == [nil])
        }
    }

    @Test("changes are read by when entries changed, in Active Directory and elsewhere", arguments: [true, false])
    func changes(isActiveDirectory: Bool) async throws {
        try await Stage.with(isActiveDirectory: isActiveDirectory) { stage in
            let full = try await stage.run()
            #expect(full.ids == Stage.listed)
            // OpenLDAP notes the time of each change by itself.
            func time(_ minute: Int) -> String {
                isActiveDirectory ? "-\nreplace: whenChanged\nwhenChanged: 202601011\(minute)00Z\n" : ""
            }
            try stage.server.modify(
                """
                dn: cn=PC5,\(DirectoryServer.base)
                changetype: modify
                replace: operatingSystem
                operatingSystem: Windows 12
                \(time(300))
                dn: cn=PC6,\(DirectoryServer.base)
                changetype: modify
                replace: userAccountControl
                userAccountControl: 4098
                \(time(301))
                """)
            let changes = try await stage.run(after: full.checkpoint, .changes)
            // The one that had changed last is read again, since others may have changed in its second.
            #expect(changes.ids == [Stage.id(24), Stage.id(5)] && changes.removed == [Stage.id(6)])
            #expect(changes.devices.first { $0.sourceID == Stage.id(5) }?.os.name == "Windows 12")
            let again = try await stage.run(after: changes.checkpoint, .full)
            #expect(again.ids == Stage.listed.subtracting([Stage.id(6)]))
        }
    }

    @Test("a listing whose connection is gone, as when its process was killed, begins again and ends whole")
    func restarts() async throws {
        try await Stage.with { stage in
            let start = StreamCheckpoint.none.next(.full, overlap: 0)
            let first = try await stage.connector.batch(of: .devices, at: start)
            #expect(!first.next.isComplete && first.reports.count == 7)
            let other = LDAPStage(server: stage.server, connector: try stage.other(), network: stage.network)
            let run = try await other.run(after: first.next)
            #expect(run.ids == Stage.listed && run.checkpoint.isComplete && run.checkpoint.run > first.next.run)
        }
    }

    @Test("an entry that makes no sense is kept aside, and the others are read")
    func malformed() async throws {
        let odd = """

            dn: cn=ODD,\(DirectoryServer.base)
            objectClass: computer
            cn: ODD
            objectGUID:: /wID
            """
        try await Stage.with(Stage.computers() + odd) { stage in
            let run = try await stage.run()
            #expect(run.ids == Stage.listed)
            let record = try #require(run.quarantined.first)
            #expect(record.field == "objectGUID" && record.json.contains("cn=ODD"))
            #expect(record.json.contains("ff0203"))
        }
    }

    @Test("machines that have not signed in for long are left out where that is asked for")
    func inactive() async throws {
        try await Stage.with(settings: ["inactive_days": "30"]) { stage in
            let run = try await stage.run()
            #expect(run.devices.isEmpty && run.removed.count == 25)
        }
    }

    @Test("what is wrong is told in a sentence that says what to do, and never holds the password")
    func failures() async throws {
        try await Stage.with { stage in
            func failure(_ settings: [String: String], password: String) async throws
                -> String
            {
                do {
                    let checks = try await stage.other(settings, password: password).check()
                    return checks.compactMap(\.problem).joined()
                } catch let error as ConnectorError {
                    #expect(!error.message.contains("-secret"))
                    return "\(error.code): \(error.message)"
                }
            }
            let (right, wrong) = (DirectoryServer.password, "wrong-secret")
            let cases: [(settings: [String: String], password: String, told: String)] = [
                ([:], wrong, "connector.credentials"),
                ([:], "", "password cannot be used: it is missing"),
                (["ca_certificates": ""], right, "the certificate is not trusted"),
                (["ca_certificates": "x"], right, "no certificate in PEM"),
                (["base_dn": "dc=other,dc=test"], right, "base_dn"),
                (["filter": "(objectClass=printer)"], right, "Nothing that matches"),
                (["filter": "(((()"], right, "filter"),
                (["url": "ldaps://localhost:1"], right, "connector.unreachable"),
                (["url": "https://localhost"], right, "not of the form ldaps://HOST"),
                (["url": "ldap://dc1.example.test", "start_tls": "false"], right, "readable by anybody"),
            ]
            for item in cases {
                let told = try await failure(item.settings, password: item.password)
                #expect(told.contains(item.told), "\(item.settings): \(told)")
            }
            // Nobody in particular sees nothing here.
            let nobody = try await failure(["bind_dn": ""], password: "")
            #expect(!nobody.isEmpty)
        }
    }
}
