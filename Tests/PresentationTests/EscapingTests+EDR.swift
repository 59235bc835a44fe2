import Domain
import Presentation
import Store

extension EscapingTests {
    /// The pages about Microsoft's devices.
    static var edr: [(name: String, html: HTML)] {
        let device = EDRStore.Device(
            id: .make(), microsoftID: attack, name: attack, operatingSystem: attack, osVersion: attack,
            primaryUser: attack, health: attack, risk: 90, exposure: attack, complianceState: attack,
            enrollmentStatus: attack, lastSeen: Sample.past)
        let alert = EDRStore.Alert(
            id: EDRDeviceID.make().uuid, microsoftID: attack, device: device.id, deviceName: attack, threatType: attack,
            threatName: attack, severity: attack, status: attack, description: attack, detectedAt: Sample.past,
            updatedAt: Sample.past)
        let scores = [0.0, 86_400].map { seconds in
            EDRStore.Posture(
                score: 70, devices: 1, highRiskDevices: 1, activeAlerts: 1, criticalVulnerabilities: 1,
                nonCompliantDevices: 1, at: Sample.past.addingTimeInterval(-seconds))
        }
        let content = EDRPage.Content(posture: scores, hasAccount: true)
        let empty = EDRPage.Content(posture: [], hasAccount: false)
        return [
            ("devices of Microsoft", EDRPage.devices(Sample.page([device]), search: attack, content, nextPath: attack)),
            ("no such device of Microsoft", EDRPage.devices(Sample.page([]), search: attack, content, nextPath: nil)),
            ("no device of Microsoft", EDRPage.devices(Sample.page([]), search: nil, content, nextPath: nil)),
            ("no account at Microsoft", EDRPage.devices(Sample.page([]), search: nil, empty, nextPath: nil)),
            ("alerts of Microsoft", EDRPage.alerts(Sample.page([alert]), content, nextPath: attack)),
            ("no alerts of Microsoft", EDRPage.alerts(Sample.page([]), empty, nextPath: nil)),
        ]
    }
}
