import Domain
import Simulators

/// Keeps what a connector reports as a store must: by the source's ids, forgetting after a full run what it did not list.
struct MicrosoftMirror {
    private struct Kept<Report> {
        let report: Report
        let run: Int
    }

    private var kept: [ConnectorStream: [String: Kept<String>]] = [:]
    private(set) var devices: [String: DeviceReport] = [:]
    private(set) var alerts: [String: AlertReport] = [:]
    private(set) var compliance: [String: ComplianceReport] = [:]
    private(set) var quarantined: Set<String> = []
    private(set) var setAside = 0
    private(set) var checkpoints: [ConnectorStream: StreamCheckpoint] = [:]

    func checkpoint(_ stream: ConnectorStream) -> StreamCheckpoint { checkpoints[stream] ?? .none }

    /// Reports and checkpoint together.
    mutating func store(_ batch: ConnectorBatch, of stream: ConnectorStream) {
        for (id, words) in enter(batch.reports) {
            kept[stream, default: [:]][id] = Kept(report: words, run: batch.next.run)
        }
        quarantined.formUnion(batch.quarantined.compactMap(\.sourceID))
        setAside += batch.setAside
        checkpoints[stream] = batch.next
        if batch.next.isComplete, batch.next.extent == .full {
            kept[stream] = kept[stream]?.filter { $0.value.run == batch.next.run }
        }
    }

    /// In the simulator's terms, by id.
    private mutating func enter(_ reports: ConnectorReports) -> [(String, String)] {
        switch reports {
        case .devices(let reports):
            for report in reports { devices[report.sourceID] = report }
            return reports.map {
                ($0.sourceID, "\($0.hostname) \($0.directoryID ?? "-") \($0.complianceState ?? "-")")
            }
        case .software(let reports):
            return reports.map { ($0.sourceID, "\($0.deviceID) \($0.package.name) \($0.package.version)") }
        case .vulnerabilities(let reports):
            return reports.map { report in
                let version = report.products.first?.split(separator: " ").last ?? ""
                return (
                    report.sourceID,
                    report.status == .closed ? "" : "\(report.deviceID) \(report.vulnerability) \(version)"
                )
            }
        case .alerts(let reports):
            let words: [AlertReport.Status: String] = [
                .new: "New", .inProgress: "InProgress", .resolved: "Resolved",
            ]
            for report in reports { alerts[report.sourceID] = report }
            return reports.map { ($0.sourceID, words[$0.status] ?? "?") }
        case .compliance(let reports):
            for report in reports { compliance[report.deviceID] = report }
            return reports.map { report in
                (report.deviceID, "\(report.state ?? "-") \(report.checks.count { $0.isMet == false })")
            }
        }
    }

    var truth: MicrosoftTruth {
        func values(_ stream: ConnectorStream) -> [String: String] { (kept[stream] ?? [:]).mapValues(\.report) }
        var truth = MicrosoftTruth()
        truth.devices = values(.devices)
        truth.software = Set(values(.software).values)
        truth.vulnerabilities = Set(values(.vulnerabilities).values).subtracting([""])
        truth.alerts = values(.alerts)
        truth.compliance = values(.compliance)
        return truth
    }
}
