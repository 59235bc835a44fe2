import Domain
import FoundationEssentials
import Inventories
import Store

/// Takes what a node logs: results of the schedule become its inventory, and what it complains of is kept.
struct OsqueryIntake {
    let store: Store
    let node: OsqueryNode
    let tenant: TenantID

    /// Status lines of this severity and above are kept: warnings.
    private static let notable = 1

    func take(_ message: JSONValue) async throws {
        guard case .array(let lines)? = message["data"] else { return }
        switch message["log_type"] {
        case .string("result"): try await take(results: lines)
        case .string("status"): try await take(status: lines)
        default: return
        }
    }

    private func take(results lines: [JSONValue]) async throws {
        var kept: [(name: String, document: String)] = []
        for line in lines {
            guard case .string(let name)? = line["name"], case .array? = line["snapshot"] else { continue }
            kept.append((name, String(decoding: line.jsonBytes(), as: UTF8.self)))
        }
        guard !kept.isEmpty else { return }
        try await store.osquery.keep(kept, of: node.id, tenant: tenant)
        try await report()
    }

    /// An inventory needs to know the machine and its system: until both have come, there is none.
    private func report() async throws {
        let snapshots = try await store.osquery.snapshots(of: node.id, tenant: tenant)
        let needed = ["\"name\":\"os_version\"", "\"name\":\"system_info\""]
        guard needed.allSatisfy({ word in snapshots.contains { $0.contains(word) } }) else { return }
        let document = snapshots.map(sameHost).joined(separator: "\n")
        guard var inventory = try InventoryDocuments.read(Array(document.utf8), format: .osquery).first else { return }
        inventory.network = OsqueryNetwork.read(snapshots)
        inventory.agentVersion = "osquery \(node.version)"
        let outcome = try await store.inventories.ingest([inventory], from: .osquery, tenant: tenant)
        let principal = Principal(tenant: tenant, role: .analyst, subject: .system, name: "osquery: \(node.hostname)")
        _ = try await store.startScan(of: outcome.endpoints, by: principal)
        try await store.osquery.noteInventory(of: node.id, tenant: tenant)
    }

    /// A host that changed its identifier between two snapshots is still one host.
    private func sameHost(_ line: String) -> String {
        guard let value = try? JSONParser.parse(Array(line.utf8)), case .object(let fields) = value else { return line }
        let kept =
            fields.filter { $0.name != "hostIdentifier" } + [.init("hostIdentifier", .string(node.hostIdentifier))]
        return String(decoding: JSONValue.object(kept).jsonBytes(), as: UTF8.self)
    }

    private func take(status lines: [JSONValue]) async throws {
        let complaints = lines.compactMap { line -> (severity: Int, message: String)? in
            guard case .string(let message)? = line["message"], let severity = Self.number(line["severity"]),
                severity >= Self.notable
            else { return nil }
            return (severity, String(message.filter { $0 != "\0" }.prefix(1000)))
        }
        try await store.osquery.keep(complaints: complaints, of: node.id, tenant: tenant)
    }

    /// osquery writes numbers as texts.
    static func number(_ value: JSONValue?) -> Int? {
        switch value {
        case .integer(let number): number
        case .string(let text): Int(text)
        default: nil
        }
    }
}

/// Interfaces of the tables interface_details and interface_addresses.
enum OsqueryNetwork {
    static func read(_ snapshots: [String]) -> Network {
        var addresses: [String: [String]] = [:]
        var macs: [(name: String, mac: String)] = []
        for line in snapshots {
            guard let value = try? JSONParser.parse(Array(line.utf8)), case .array(let rows)? = value["snapshot"] else {
                continue
            }
            switch value["name"] {
            case .string("interface_addresses"):
                for row in rows {
                    guard let (name, text) = Self.pair(row, "address"), let address = IPAddress.canonical(text) else {
                        continue
                    }
                    let isLocal =
                        address.hasPrefix("127.") || address == "::1" || address.hasPrefix("fe80:")
                        || address.hasPrefix("169.254.")
                    if !isLocal { addresses[name, default: []].append(address) }
                }
            case .string("interface_details"):
                for row in rows {
                    guard let (name, text) = Self.pair(row, "mac"), let mac = MACAddress.canonical(text),
                        mac != "00:00:00:00:00:00"
                    else { continue }
                    macs.append((name, mac))
                }
            default: continue
            }
        }
        return Network(
            interfaces: macs.map { .init(name: $0.name, mac: $0.mac, addresses: addresses[$0.name] ?? []) })
    }

    private static func pair(_ row: JSONValue, _ key: String) -> (String, String)? {
        guard case .string(let name)? = row["interface"], case .string(let text)? = row[key], name != "lo" else {
            return nil
        }
        return (name, text)
    }
}
