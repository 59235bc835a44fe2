import Connectors
import Domain
import Presentation
import Store

extension EscapingTests {
    /// The pages about vendors' accounts.
    static var connectors: [(name: String, html: HTML)] {
        let account = ConnectorAccount(
            id: .make(), kind: "crowdstrike", name: attack, settings: [attack: attack], lastError: attack,
            createdAt: Sample.past, records: [.devices: 1], quarantined: 2)
        let status = ConnectorStatus(
            schedule: SyncSchedule(), failures: 0, isRunning: false, streams: [])
        let record = QuarantinedRecord(
            stream: .devices, sourceID: attack, field: attack, reason: attack, json: attack)
        let check = AccessCheck(permission: attack, purpose: attack, problem: attack)
        let fields = FormFields(
            "connector", entered: ["client_id": attack], error: .invalid(field: "client_id", reason: attack))
        return [
            (
                "connectors",
                ConnectorsPage.render([account], statuses: [account.id: status], canChange: true, notice: attack)
            ),
            ("no connector", ConnectorsPage.render([], statuses: [:], canChange: true, notice: nil)),
            ("new connector", NewConnectorPage.render()),
            (
                "connector's form",
                NewConnectorPage.render(.falcon, form: fields, problem: attack, csrfToken: attack)
            ),
            (
                "connector",
                ConnectorPage.render(
                    .init(account: account, status: status, quarantine: [record]),
                    outcome: .init(checks: [check], problem: attack, notice: attack, forms: fields), canChange: true,
                    csrfToken: attack)
            ),
        ]
    }
}
