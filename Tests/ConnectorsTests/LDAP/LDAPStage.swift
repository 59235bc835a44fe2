import Connectors
import Domain
import Foundation
import TestSupport

/// A connector to a real directory server with machines in it.
struct LDAPStage {
    let server: DirectoryServer
    let connector: any Connector
    let network: ConnectorNetwork

    /// Machines 0 to 24, each changed a minute behind the one before; 20 and 21 are switched off.
    static func computers(_ count: Int = 25) -> String {
        (0..<count).map { number in
            let time = "2026010112\(number < 10 ? "0" : "")\(number)00Z"
            return """
                dn: cn=PC\(number),\(DirectoryServer.base)
                objectClass: computer
                cn: PC\(number)
                sAMAccountName: PC\(number)$
                dNSHostName: pc\(number).corp.example.test
                operatingSystem: \(number == 3 ? "Windows Server 2019 Standard" : "Windows 11 Enterprise")
                operatingSystemVersion: 10.0 (\(number == 3 ? 17763 : 22631))
                userAccountControl: \(number == 20 || number == 21 ? 4098 : number == 3 ? 532480 : 4096)
                lastLogonTimestamp: 134116884000000000
                objectGUID:: \(guid(number).base64EncodedString())
                whenChanged: \(time)
                createTimestamp: 20250101000000Z
                modifyTimestamp: \(time)

                """
        }.joined(separator: "\n")
    }

    private static func guid(_ number: Int) -> Data {
        Data([0x04, 0x03, 0x02, 0x01, 0x06, 0x05, 0x08, 0x07, 9, 10, 11, 12, 13, 14, 15, UInt8(number)])
    }

    static func id(_ number: Int) -> String {
        "01020304-0506-0708-090a-0b0c0d0e0f" + (number < 16 ? "0" : "") + String(number, radix: 16)
    }

    static let listed = Set((0..<25).filter { $0 != 20 && $0 != 21 }.map(id))

    static func with(
        _ entries: String = computers(), isActiveDirectory: Bool = false, settings: [String: String] = [:],
        password: String = DirectoryServer.password, _ body: (LDAPStage) async throws -> Void
    ) async throws {
        try await DirectoryServer.with(entries, isActiveDirectory: isActiveDirectory) { server in
            let network = ConnectorNetwork(.quick)
            let outcome: Result<Void, any Error>
            do {
                let connector = try Self.connector(server, settings, password, network)
                outcome = .success(try await body(LDAPStage(server: server, connector: connector, network: network)))
            } catch {
                outcome = .failure(error)
            }
            try await network.close()
            try outcome.get()
        }
    }

    /// Another one to the same server, as another process would have.
    func other(_ settings: [String: String] = [:], password: String = DirectoryServer.password) throws -> any Connector
    {
        try Self.connector(server, settings, password, network)
    }

    private static func connector(
        _ server: DirectoryServer, _ settings: [String: String], _ password: String, _ network: ConnectorNetwork
    ) throws -> any Connector {
        let values = [
            "url": server.encrypted, "bind_dn": DirectoryServer.reader, "ca_certificates": try server.authority(),
            "page_size": "7", "overlap_seconds": "0",
        ].merging(settings) { $1 }
        return try ConnectorKind.ldap.connector(
            ConnectorConfiguration(
                settings: values.filter { !$0.value.isEmpty }, secrets: password.isEmpty ? [:] : ["password": password]),
            network)
    }

    /// A whole run.
    func run(
        after checkpoint: StreamCheckpoint = .none, _ extent: StreamCheckpoint.Extent = .full
    ) async throws -> Run {
        var run = Run()
        for try await batch in connector.run(.devices, after: checkpoint, extent) {
            guard case .devices(let devices) = batch.reports else { continue }
            run.batches += 1
            run.devices += devices
            run.removed += batch.removed
            run.quarantined += batch.quarantined
            run.checkpoint = batch.next
        }
        return run
    }

    struct Run {
        var batches = 0
        var devices: [DeviceReport] = []
        var removed: [String] = []
        var quarantined: [QuarantinedRecord] = []
        var checkpoint = StreamCheckpoint.none

        var ids: Set<String> { Set(devices.map(\.sourceID)) }
    }
}
