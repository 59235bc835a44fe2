import Domain
import Simulators

/// Keeps what a connector reports as a store must: by the source's ids, forgetting after a full run what it did not list.
struct Mirror {
    private struct Kept<Report> {
        let report: Report
        let run: Int
    }

    private var devices: [String: Kept<DeviceReport>] = [:]
    private var software: [String: Kept<SoftwareReport>] = [:]
    private var vulnerabilities: [String: Kept<VulnerabilityReport>] = [:]
    private var alerts: [String: Kept<AlertReport>] = [:]
    private var compliance: [String: Kept<ComplianceReport>] = [:]
    private(set) var quarantined: Set<String> = []
    private(set) var checkpoints: [ConnectorStream: StreamCheckpoint] = [:]

    func checkpoint(_ stream: ConnectorStream) -> StreamCheckpoint { checkpoints[stream] ?? .none }

    /// Reports and checkpoint together.
    mutating func store(_ batch: ConnectorBatch, of stream: ConnectorStream) {
        let run = batch.next.run
        switch batch.reports {
        case .devices(let reports): for report in reports { devices[report.sourceID] = Kept(report: report, run: run) }
        case .software(let reports):
            for report in reports { software[report.sourceID] = Kept(report: report, run: run) }
        case .vulnerabilities(let reports):
            for report in reports { vulnerabilities[report.sourceID] = Kept(report: report, run: run) }
        case .alerts(let reports): for report in reports { alerts[report.sourceID] = Kept(report: report, run: run) }
        case .compliance(let reports):
            for report in reports { compliance[report.deviceID] = Kept(report: report, run: run) }
        }
        quarantined.formUnion(batch.quarantined.compactMap(\.sourceID))
        checkpoints[stream] = batch.next
        if batch.next.isComplete, batch.next.extent == .full { forget(stream, before: run) }
    }

    private mutating func forget(_ stream: ConnectorStream, before run: Int) {
        switch stream {
        case .devices: devices = devices.filter { $0.value.run == run }
        case .software: software = software.filter { $0.value.run == run }
        case .vulnerabilities: vulnerabilities = vulnerabilities.filter { $0.value.run == run }
        case .alerts: alerts = alerts.filter { $0.value.run == run }
        case .compliance: compliance = compliance.filter { $0.value.run == run }
        }
    }

    // What is kept, by the source's ids.
    var deviceReports: [String: DeviceReport] { devices.mapValues(\.report) }
    var softwareReports: [String: SoftwareReport] { software.mapValues(\.report) }
    var vulnerabilityReports: [String: VulnerabilityReport] { vulnerabilities.mapValues(\.report) }
    var alertReports: [String: AlertReport] { alerts.mapValues(\.report) }
    var complianceReports: [String: ComplianceReport] { compliance.mapValues(\.report) }

    /// In the simulator's terms.
    var truth: FalconTruth {
        var truth = FalconTruth()
        let words: [DeviceReport.Isolation: String] = [
            .none: "normal", .isolating: "containment_pending", .isolated: "contained",
            .releasing: "lift_containment_pending",
        ]
        truth.hosts = devices.mapValues { "\($0.report.hostname) \(words[$0.report.isolation] ?? "?")" }
        truth.applications = software.mapValues { $0.report.package.version }
        truth.vulnerabilities = Set(vulnerabilities.filter { $0.value.report.status != .closed }.keys)
        let statuses: [AlertReport.Status: String] = [.new: "new", .inProgress: "in_progress", .resolved: "closed"]
        truth.alerts = alerts.mapValues { statuses[$0.report.status] ?? "?" }
        truth.assessments = compliance.mapValues { Int($0.report.score ?? -1) }
        return truth
    }
}
