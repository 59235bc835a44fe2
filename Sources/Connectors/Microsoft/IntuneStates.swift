import Domain
import FoundationEssentials

/// What Intune says of one device beyond the device itself, asked for in batches for several at once.
struct IntuneStates: Sendable {
    struct Policy: Sendable {
        let record: VendorRecord
        /// Of one that is not met.
        var settings: [VendorRecord]
    }

    var policies: [Policy] = []
    var configurations: [VendorRecord] = []
    /// Nil where it cannot be told.
    var apps: [VendorRecord]?

    /// By device.
    static func read(
        _ devices: [VendorRecord], _ client: MicrosoftClient, permission: String
    ) async throws -> [String: IntuneStates] {
        let ids = devices.compactMap { try? $0.text("id") }
        let stable = MicrosoftBatch(api: "/v1.0", permission: permission, client: client)
        let preview = MicrosoftBatch(api: "/beta", permission: permission, client: client)
        var states = try await policies(of: ids, stable)
        let configured =
            client.settings.readsBaselines
            ? try await preview.get(ids.map { "\(path($0))/securityBaselineStates" })
            : try await stable.get(ids.map { "\(path($0))/deviceConfigurationStates" })
        for (id, answer) in zip(ids, configured) {
            states[id, default: IntuneStates()].configurations = try await stable.records(answer)
        }
        if client.settings.readsRequiredApps { try await readApps(devices, preview, &states) }
        return states
    }

    private static func path(_ device: String) -> String {
        "/deviceManagement/managedDevices/\(PercentEncoding.encode(device))"
    }

    private static func policies(of ids: [String], _ batch: MicrosoftBatch) async throws -> [String: IntuneStates] {
        var states: [String: IntuneStates] = [:]
        let answers = try await batch.get(ids.map { "\(path($0))/deviceCompliancePolicyStates" })
        /// Policies of which only asking again gives the settings.
        var open: [(device: String, index: Int, path: String)] = []
        for (id, answer) in zip(ids, answers) {
            var policies: [Policy] = []
            for record in try await batch.records(answer) {
                let isUnmet = (try? record.text("state")).map {
                    MicrosoftWords.ours($0, in: MicrosoftWords.compliance) == false
                }
                guard isUnmet == true else {
                    policies.append(Policy(record: record, settings: []))
                    continue
                }
                let settings = (try? record.records("settingStates")) ?? []
                if settings.isEmpty, let policy = try? record.text("id") {
                    let states = "deviceCompliancePolicyStates/\(PercentEncoding.encode(policy))/settingStates"
                    open.append((id, policies.count, "\(path(id))/\(states)"))
                }
                policies.append(Policy(record: record, settings: settings))
            }
            states[id, default: IntuneStates()].policies = policies
        }
        for (place, answer) in zip(open, try await batch.get(open.map(\.path))) {
            states[place.device]?.policies[place.index].settings = try await batch.records(answer)
        }
        return states
    }

    /// They are listed by the person whose device it is.
    private static func readApps(
        _ devices: [VendorRecord], _ batch: MicrosoftBatch, _ states: inout [String: IntuneStates]
    ) async throws {
        let users = MicrosoftFields.distinct(devices.map { try? $0.text("userId") })
        let answers = try await batch.get(users.map { "/users/\(PercentEncoding.encode($0))/mobileAppIntentAndStates" })
        for answer in answers {
            for record in try await batch.records(answer) {
                guard let device = try? record.text("managedDeviceIdentifier"), states[device] != nil else { continue }
                states[device]?.apps = try? record.records("mobileAppList")
            }
        }
    }
}
