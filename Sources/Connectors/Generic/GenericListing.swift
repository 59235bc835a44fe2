import Domain
import FoundationEssentials

/// Reads one declared stream.
struct GenericListing: Sendable {
    let client: GenericClient
    let stream: Declaration.Stream

    func batch(at checkpoint: StreamCheckpoint) async throws -> ConnectorBatch {
        let answer: GenericAnswer
        do {
            answer = try await page(GenericPlace(cursor: checkpoint.cursor), since: checkpoint.since)
        } catch let error as ConnectorError {
            let next = try LostCursor.restart(
                checkpoint, of: stream.stream, isOrdered: stream.isOrdered, after: error)
            return ConnectorBatch(PushedRecords(stream.stream).reports, next: next)
        }
        switch stream.stream {
        case .devices:
            return batch(checkpoint, answer, ConnectorReports.devices, { $0.modified }) { record throws(FieldRefusal) in
                try DeviceReport(pushed: record)
            }
        case .software:
            return batch(checkpoint, answer, ConnectorReports.software, { $0.modified }) {
                record throws(FieldRefusal) in
                try SoftwareReport(pushed: record)
            }
        case .vulnerabilities:
            return batch(checkpoint, answer, ConnectorReports.vulnerabilities, { $0.modified }) {
                record throws(FieldRefusal) in
                try VulnerabilityReport(pushed: record)
            }
        case .alerts:
            return batch(checkpoint, answer, ConnectorReports.alerts, { $0.modified }) { record throws(FieldRefusal) in
                try AlertReport(pushed: record)
            }
        case .compliance:
            return batch(checkpoint, answer, ConnectorReports.compliance, { $0.checked }) {
                record throws(FieldRefusal) in
                try ComplianceReport(pushed: record)
            }
        }
    }

    func page(_ place: GenericPlace, since: Date?) async throws -> GenericAnswer {
        var values = place.values(stream.paging)
        if let form = stream.changes, let since { values["since"] = form.text(since) }
        var numbers: Set<String> = ["page", "offset", "size"]
        if stream.changes?.isNumber == true { numbers.insert("since") }
        let filled = stream.request.filled(
            values, numbers: numbers, headers: client.headers, permission: stream.permission, isRepeatable: true)
        guard var request = filled else {
            throw ConnectorError.setting(name: "declaration", reason: "a path needs what is not always known")
        }
        if place.isAddress(stream.paging), let address = place.cursor {
            request.path = address
            request.query = []
        }
        return try await client.send(request) { response throws(FieldRefusal) in
            try GenericAnswer(response, stream, at: place, base: client.settings.base)
        }
    }

    private func batch<Report>(
        _ checkpoint: StreamCheckpoint, _ answer: GenericAnswer, _ reports: ([Report]) -> ConnectorReports,
        _ modified: (Report) -> Date?, _ report: (VendorRecord) throws(FieldRefusal) -> Report
    ) -> ConnectorBatch {
        let reading = RecordReading<Report>(
            stream.stream, answer.bytes, answer.records, name: name
        ) { record throws(FieldRefusal) in
            let pushed = try DeclaredRecord.pushed(try JSONTree(Array(record.json.utf8)), stream)
            return try report(try VendorRecord(pushed, 0..<pushed.count))
        }
        return ConnectorBatch(
            reports(reading.reports), quarantined: reading.quarantined, setAside: reading.setAside,
            next: checkpoint.advanced(
                by: answer.records.count, newest: reading.reports.compactMap { modified($0) }.max(),
                cursor: answer.next, at: answer.time))
    }

    /// A record's id, where that much can be read.
    private func name(_ record: VendorRecord) -> String? {
        let field = stream.stream == .compliance ? "device_id" : "source_id"
        guard let rule = stream.fields.first(where: { $0.name == field })?.rule else { return nil }
        return (try? JSONTree(Array(record.json.utf8))).flatMap { try? rule.text(in: $0) }
    }
}
