/// Records as Graph writes them.
extension MicrosoftFleet {
    /// - Parameters:
    ///   - selected: the properties that are asked for; nil for all.
    ///   - results: what was done to it, by the state's clock.
    func writeManaged(
        _ index: Int, selected: Set<String>?, expandsApps: Bool,
        results: [(name: String, state: String, began: Moment)],
        to json: inout JSONText
    ) {
        let machine = machines[index]
        let identity = identity(machine)
        func has(_ name: String) -> Bool { selected?.contains(name) ?? true }
        json.object { json in
            json.field("id", machine.managedID)
            if has("userId") { json.field("userId", machine.userID) }
            if has("deviceName") {
                if isMalformed(.managed, index) {
                    json.field("deviceName", 17)
                } else {
                    json.field("deviceName", identity.hostname.uppercased())
                }
            }
            if has("managedDeviceOwnerType") { json.field("managedDeviceOwnerType", "company") }
            if has("enrolledDateTime") {
                json.field(
                    "enrolledDateTime", (settings.estate?.firstSeen(machine.number) ?? epoch).text(digits: 6))
            }
            if has("lastSyncDateTime") { json.field("lastSyncDateTime", machine.modified.text(digits: 3)) }
            if has("operatingSystem") { json.field("operatingSystem", identity.system) }
            if has("osVersion") { json.field("osVersion", identity.systemVersion) }
            if has("complianceState") {
                json.field("complianceState", machine.isCompliant ? "compliant" : "noncompliant")
            }
            if has("jailBroken") { json.field("jailBroken", "Unknown") }
            if has("managementAgent") { json.field("managementAgent", "mdm") }
            if has("managementState") { json.field("managementState", "managed") }
            if has("easActivationDateTime") { json.field("easActivationDateTime", "0001-01-01T00:00:00Z") }
            if has("complianceGracePeriodExpirationDateTime") {
                json.field("complianceGracePeriodExpirationDateTime", "9999-12-31T23:59:59.9999999Z")
            }
            if has("azureADDeviceId") { json.field("azureADDeviceId", machine.directoryID) }
            if has("deviceRegistrationState") { json.field("deviceRegistrationState", "registered") }
            if has("userPrincipalName") { json.field("userPrincipalName", identity.user) }
            if has("model") { json.field("model", "Model \(machine.number % 9)") }
            if has("manufacturer") { json.field("manufacturer", "Example Computers") }
            if has("serialNumber") { json.field("serialNumber", identity.serial) }
            if has("wiFiMacAddress") { json.null("wiFiMacAddress") }
            if has("ethernetMacAddress") { json.field("ethernetMacAddress", identity.mac.uppercased()) }
            if has("deviceActionResults") {
                json.array("deviceActionResults") { json in
                    for result in results {
                        json.object { json in
                            json.field("actionName", result.name)
                            json.field("actionState", result.state)
                            json.field("startDateTime", result.began.text(digits: 6))
                            json.field("lastUpdatedDateTime", result.began.text())
                        }
                    }
                }
            }
            guard expandsApps else { return }
            json.array("detectedApps") { json in
                for (number, item) in (items[.applications] ?? []).enumerated() where item.machine == index {
                    writeApplication(number, item, to: &json)
                }
            }
        }
    }

    private func writeApplication(_ index: Int, _ item: Item, to json: inout JSONText) {
        json.object { json in
            json.field("id", applicationID(item))
            if isMalformed(.applications, index) {
                json.field("displayName", 5)
            } else {
                json.field("displayName", product(item).title)
            }
            json.field("version", version(item))
            json.field("sizeInByte", 0)
            json.field("deviceCount", 0)
        }
    }

    func writeGraphAlert(_ index: Int, to json: inout JSONText) {
        guard let item = items[.alerts]?[index] else { return }
        let machine = machines[item.machine]
        json.object { json in
            json.field("id", alertID(item))
            json.field("providerAlertId", alertID(item))
            json.field("incidentId", "\(1_126_093 + index)")
            json.field("status", item.status.prefix(1).lowercased() + item.status.dropFirst())
            if isMalformed(.alerts, index) {
                json.field("severity", 5)
            } else {
                json.field("severity", ["low", "medium", "high", "informational"][item.machine % 4])
            }
            if let word = item.classification {
                json.field("classification", word.prefix(1).lowercased() + word.dropFirst())
            } else {
                json.null("classification")
            }
            if let word = item.determination {
                json.field("determination", word.prefix(1).lowercased() + word.dropFirst())
            } else {
                json.null("determination")
            }
            json.field("serviceSource", "microsoftDefenderForEndpoint")
            json.field("detectionSource", "microsoftDefenderForEndpoint")
            json.field("title", "Suspicious PowerShell command line")
            json.field("description", "A suspicious PowerShell activity was observed on the machine.")
            json.field("category", "Execution")
            json.null("assignedTo")
            json.field("alertWebUrl", "https://security.microsoft.com/alerts/\(alertID(item))")
            json.texts("mitreTechniques", ["T1059.001"])
            json.field("createdDateTime", item.created.text(digits: 6))
            json.field("lastUpdateDateTime", item.updated.text(digits: 3))
            json.field("firstActivityDateTime", item.created.text(digits: 6))
            json.array("evidence") { json in
                json.object { json in
                    json.field("@odata.type", "#microsoft.graph.security.deviceEvidence")
                    json.field("mdeDeviceId", machine.machineID)
                    json.field("azureAdDeviceId", machine.directoryID)
                    json.field("deviceDnsName", "\(identity(machine).hostname).corp.example.org")
                    json.field("riskScore", "medium")
                }
                json.object { json in
                    json.field("@odata.type", "#microsoft.graph.security.processEvidence")
                    json.field("processCommandLine", "powershell.exe -enc AAAA")
                    json.object("imageFile") { json in
                        json.field("sha256", String(repeating: "ab", count: 32))
                        json.field("fileName", "powershell.exe")
                        json.field("filePath", "C:\\Windows\\System32\\WindowsPowerShell\\v1.0")
                    }
                }
            }
        }
    }
}
