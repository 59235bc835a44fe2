import Domain
import FoundationEssentials

/// The machines of a directory server. It covers none of them: they are known, and whatever is to protect them is not.
struct LDAPConnector: Connector {
    private let client: LDAPClient
    private let settings: LDAPSettings

    init(_ settings: LDAPSettings, patience: TransportSettings) {
        self.settings = settings
        client = LDAPClient(settings, patience: patience)
    }

    let streams: [ConnectorStream] = [.devices]
    var overlap: Double { settings.overlap }

    func batch(of stream: ConnectorStream, at checkpoint: StreamCheckpoint) async throws -> ConnectorBatch {
        guard stream == .devices else {
            throw ConnectorError.unsupported(vendor: LDAPFailure.vendor, action: "read \(stream.rawValue)")
        }
        let page: LDAPClient.Page
        do {
            page = try await client.page(
                after: checkpoint.cursor, since: checkpoint.since, size: settings.pageSize)
        } catch let error as ConnectorError {
            let next = try LostCursor.restart(checkpoint, of: stream, isOrdered: false, after: error)
            return ConnectorBatch(.devices([]), next: next)
        }
        let now = page.root.time ?? Date()
        let reading = LDAPReading(page.entries, inactiveSince: settings.inactiveDays.map { now - Double($0) * 86_400 })
        return ConnectorBatch(
            .devices(reading.reports), quarantined: reading.quarantined, removed: reading.removed,
            next: checkpoint.advanced(
                by: page.entries.count, newest: reading.newest, cursor: page.cursor, at: now))
    }

    func check() async throws -> [AccessCheck] {
        var check = AccessCheck(permission: "Read computer objects", purpose: "Without it no machine is read.")
        do {
            let page = try await client.page(after: nil, since: nil, size: 1)
            if page.entries.isEmpty {
                check.problem =
                    "Nothing that matches \(settings.filter) is found, or the account may not see it. Check filter and base_dn."
            }
        } catch let error as ConnectorError where error.concernsOnePart {
            check.problem = error.message
        }
        await client.close()
        return [check]
    }

    func perform(_ request: ActionRequest) async throws -> ActionReceipt {
        throw ConnectorError.unsupported(vendor: LDAPFailure.vendor, action: "act on a machine")
    }

    func state(of request: ActionRequest, _ receipt: ActionReceipt) async throws -> ActionState { receipt.state }
}

/// What a page of entries says.
package struct LDAPReading {
    package private(set) var reports: [DeviceReport] = []
    package private(set) var quarantined: [QuarantinedRecord] = []
    /// Ids of machines that are switched off, or have not signed in for long.
    package private(set) var removed: [String] = []
    package private(set) var newest: Date?

    package init(_ entries: [LDAPEntry], inactiveSince: Date? = nil) {
        for entry in entries {
            do throws(FieldRefusal) {
                let changed = try LDAPComputer.modified(entry)
                if let report = try LDAPComputer.report(entry), !Self.isInactive(report, inactiveSince) {
                    reports.append(report)
                } else {
                    removed.append(try LDAPComputer.id(entry))
                }
                if let changed { newest = max(changed, newest ?? changed) }
            } catch {
                quarantined.append(
                    QuarantinedRecord(
                        stream: .devices, sourceID: try? LDAPComputer.id(entry), field: error.field,
                        reason: error.reason, json: entry.json))
            }
        }
    }

    private static func isInactive(_ report: DeviceReport, _ moment: Date?) -> Bool {
        guard let moment, let seen = report.lastSeen else { return false }
        return seen < moment
    }
}
