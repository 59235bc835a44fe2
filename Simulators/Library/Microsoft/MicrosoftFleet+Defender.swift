/// Records as Defender writes them: documented answers with other values, and null for what is unknown.
extension MicrosoftFleet {
    func writeMachine(_ index: Int, to json: inout JSONText) {
        let machine = machines[index]
        let identity = identity(machine)
        json.object { json in
            json.field("id", machine.machineID)
            json.null("mergedIntoMachineId")
            if isMalformed(.machines, index) {
                json.field("computerDnsName", 17)
            } else {
                json.field("computerDnsName", "\(identity.hostname).corp.example.org")
            }
            json.field("firstSeen", (settings.estate?.firstSeen(machine.number) ?? epoch).text(digits: 3))
            json.field("lastSeen", machine.modified.text(digits: 6))
            json.field("osPlatform", identity.platform)
            json.null("osVersion")
            json.field("osProcessor", "x64")
            json.field("version", identity.version)
            json.field("lastIpAddress", identity.address)
            json.field("lastExternalIpAddress", "198.51.100.\(machine.number % 250)")
            json.field("agentVersion", "10.8760.\(17_763 + machine.revision).1")
            if let build = identity.build { json.field("osBuild", build) } else { json.null("osBuild") }
            json.field("healthStatus", machine.number % 50 == 2 ? "Inactive" : "Active")
            json.field("deviceValue", "Normal")
            json.field("rbacGroupId", 140)
            json.field("rbacGroupName", "The-A-Team")
            json.field("riskScore", ["None", "Low", "Medium", "High", "Informational"][machine.number % 5])
            json.field("exposureLevel", ["Low", "Medium", "High"][machine.number % 3])
            json.field("isAadJoined", isManaged(machine))
            if isManaged(machine) { json.field("aadDeviceId", machine.directoryID) } else { json.null("aadDeviceId") }
            json.texts("machineTags", machine.number % 3 == 0 ? ["branch"] : [])
            json.field("onboardingStatus", isOnboarded(machine) ? "Onboarded" : "CanBeOnboarded")
            json.array("ipAddresses") { json in
                json.object { json in
                    json.field("ipAddress", identity.address)
                    json.field("macAddress", identity.mac.uppercased())
                    json.field("type", "Ethernet")
                    json.field("operationalStatus", "Up")
                }
            }
        }
    }

    func writeSoftware(_ index: Int, to json: inout JSONText) {
        guard let item = items[.software]?[index] else { return }
        let product = product(item)
        let machine = machines[item.machine]
        json.object { json in
            json.field("deviceId", machine.machineID)
            json.field("rbacGroupId", 140)
            json.field("rbacGroupName", "The-A-Team")
            json.field("deviceName", "\(identity(machine).hostname).corp.example.org")
            json.field("osPlatform", identity(machine).platform)
            json.field("softwareVendor", product.vendor)
            if isMalformed(.software, index) {
                json.array("softwareName") { _ in }
            } else {
                json.field("softwareName", product.name)
            }
            json.field("softwareVersion", version(item))
            json.field("numberOfWeaknesses", 1)
            json.texts("diskPaths", ["c:\\program files\\\(product.name)"])
            json.texts("registryPaths", [])
            json.field("softwareFirstSeenTimestamp", bare(item.created))
            json.field("endOfSupportStatus", "NotAvailable")
            json.null("endOfSupportDate")
        }
    }

    /// - Parameter event: for the listing of changes.
    func writeVulnerability(_ index: Int, event: Event?, to json: inout JSONText) {
        guard let item = items[.vulnerabilities]?[index] else { return }
        let product = weakness(item)
        let machine = machines[item.machine]
        json.object { json in
            json.field("id", vulnerabilityID(index))
            json.field("deviceId", machine.machineID)
            json.field("rbacGroupName", "The-A-Team")
            json.field("deviceName", "\(identity(machine).hostname).corp.example.org")
            json.field("osPlatform", identity(machine).platform)
            json.field("osVersion", "10.0.19045.4291")
            json.field("osArchitecture", "x64")
            json.field("softwareVendor", product.vendor)
            json.field("softwareName", product.name)
            json.field("softwareVersion", product.version)
            // Software without a vulnerability is listed, too.
            if settings.estate == nil, item.number % 4 == 3 {
                json.null("cveId")
            } else {
                json.field("cveId", product.cve)
            }
            json.field("vulnerabilitySeverityLevel", product.severity)
            if isMalformed(.vulnerabilities, index) {
                json.field("cvssScore", "high")
            } else {
                json.field("cvssScore", product.score)
            }
            json.field("recommendedSecurityUpdate", "193220")
            json.null("recommendedSecurityUpdateId")
            json.texts("diskPaths", [])
            json.texts("registryPaths", [])
            json.field("lastSeenTimestamp", bare(item.updated))
            json.field("firstSeenTimestamp", bare(item.created))
            json.field("exploitabilityLevel", ["NoExploit", "ExploitIsPublic", "ExploitIsVerified"][item.number % 3])
            json.field("recommendationReference", "va-_-\(product.vendor)-_-\(product.name)")
            guard let event else { return }
            json.field("status", event.status)
            json.field("eventTimestamp", bare(event.moment, digits: 6))
        }
    }

    func vulnerabilityID(_ index: Int) -> String {
        guard let item = items[.vulnerabilities]?[index] else { return "" }
        let product = weakness(item)
        return "\(machines[item.machine].machineID)_\(product.name)_\(product.version)_\(product.cve)_\(index)"
    }

    func writeAlert(_ index: Int, evidence: Bool, to json: inout JSONText) {
        guard let item = items[.alerts]?[index] else { return }
        let machine = machines[item.machine]
        json.object { json in
            json.field("id", alertID(item))
            json.field("incidentId", 1_126_093 + index)
            json.null("investigationId")
            json.null("assignedTo")
            if isMalformed(.alerts, index) {
                json.field("severity", 5)
            } else {
                json.field("severity", ["Low", "Medium", "High", "Informational"][item.machine % 4])
            }
            json.field("status", item.status)
            if let word = item.classification ?? (item.status == "Resolved" ? "TruePositive" : nil) {
                json.field("classification", word)
            } else {
                json.null("classification")
            }
            if let word = item.determination { json.field("determination", word) } else { json.null("determination") }
            json.field("investigationState", "Queued")
            json.field("detectionSource", "WindowsDefenderAtp")
            json.field("category", "Execution")
            json.null("threatFamilyName")
            json.field("title", "Suspicious PowerShell command line")
            json.field("description", "A suspicious PowerShell activity was observed on the machine.")
            json.field("alertCreationTime", item.created.text(digits: 6))
            json.field("firstEventTime", item.created.text(digits: 6))
            json.field("lastEventTime", item.created.text(digits: 6))
            json.field("lastUpdateTime", item.updated.text(digits: 3))
            if item.status == "Resolved" {
                json.field("resolvedTime", item.updated.text(digits: 3))
            } else {
                json.null("resolvedTime")
            }
            json.field("machineId", machine.machineID)
            json.field("computerDnsName", "\(identity(machine).hostname).corp.example.org")
            json.null("threatName")
            json.texts("mitreTechniques", ["T1059.001"])
            json.object("relatedUser") { json in
                json.field("userName", "user\(machine.number)")
                json.field("domainName", "CORP")
            }
            json.array("comments") { _ in }
            json.array("evidence") { json in
                guard evidence else { return }
                json.object { json in
                    json.field("entityType", "Process")
                    json.field("sha256", String(repeating: "ab", count: 32))
                    json.field("fileName", "powershell.exe")
                    json.field("filePath", "C:\\Windows\\System32\\WindowsPowerShell\\v1.0")
                    json.field("processCommandLine", "powershell.exe -enc AAAA")
                    json.null("accountName")
                }
            }
        }
    }

    /// Without `T` and zone, as exports have it.
    private func bare(_ moment: Moment, digits: Int = 0) -> String {
        moment.text(digits: digits).split(separator: "T").joined(separator: " ").filter { $0 != "Z" }
    }
}
