/// Records as SentinelOne writes them. What is unknown is null, or the text `None`.
extension SentinelOneFleet {
    static let products: [(name: String, vendor: String, cve: String, score: Double, severity: String)] = [
        ("Google Chrome", "Google LLC", "CVE-2023-2725", 8.8, "HIGH"),
        ("Mozilla Firefox", "Mozilla", "CVE-2023-4863", 8.8, "HIGH"),
        ("7-Zip", "Igor Pavlov", "CVE-2023-31102", 7.8, "HIGH"), ("OpenSSL", "OpenSSL", "CVE-2022-3602", 7.5, "HIGH"),
        ("Zoom", "Zoom Video Communications", "CVE-2023-39213", 9.8, "CRITICAL"),
        ("PuTTY", "Simon Tatham", "CVE-2024-31497", 5.9, "MEDIUM"),
    ]

    func hostname(_ agent: Agent) -> String {
        let name = settings.estate?.machine(agent.number).hostname ?? "s1-\(agent.number)"
        return agent.revision == 0 ? name : "\(name)-r\(agent.revision)"
    }

    /// Its place among the systems that agents are written with.
    private static func system(_ machine: Estate.Machine) -> Int {
        switch machine.family {
        case .windows: machine.isServer ? 1 : 0
        case .mac: 2
        case .linux: 3
        }
    }

    func isFirewallOn(_ agent: Agent) -> Bool { (agent.number + agent.revision) % 4 != 0 }

    /// Vendor, name and version.
    func application(_ agent: Agent, _ detail: Int) -> (vendor: String, name: String, version: String) {
        if let known = settings.estate?.application(
            detail, of: agent.number, isUpdated: agent.revisions[detail] > 0)
        {
            return (known.product.publisher, known.product.title, known.version)
        }
        let product = Self.products[detail % Self.products.count]
        return (product.vendor, product.name, "\(10 + detail).\(agent.number % 7).\(agent.revisions[detail])")
    }

    private func vulnerability(
        _ risk: Risk
    ) -> (name: String, vendor: String, version: String, cve: String, score: Double, severity: String) {
        if let (application, weakness) = settings.estate?.weakness(risk.number, of: risk.agent) {
            return (
                application.product.title, application.product.publisher, application.version, weakness.cve,
                weakness.score, weakness.severity.uppercased()
            )
        }
        let product = Self.products[(risk.number + risk.agent) % Self.products.count]
        return (product.name, product.vendor, "1.0", product.cve, product.score, product.severity)
    }

    func writeAgent(_ index: Int, to json: inout JSONText) {
        let agent = agents[index]
        let systems = [
            ("windows", "Windows 10 Pro", "19045", "desktop"), ("windows", "Windows Server 2019", "17763", "server"),
            ("macos", "macOS Ventura", "13.5.1 (22G90)", "laptop"), ("linux", "Ubuntu 22.04.3 LTS", "5.15", "server"),
        ]
        let machine = settings.estate?.machine(agent.number)
        let known = [
            ("windows", "Windows 11 Pro", "26200", "desktop"), systems[1],
            ("macos", "macOS Sequoia", "15.7 (24G222)", "laptop"), ("linux", "Debian GNU/Linux 12", "6.1", "server"),
        ]
        let system = machine.map { known[Self.system($0)] } ?? systems[agent.number % systems.count]
        var random = SplitMix(settings.seed, 22, agent.number)
        let octets = machine?.mac ?? ["02"] + (0..<5).map { _ in random.hex(2) }
        let address = machine?.address ?? "10.1.\(agent.number >> 8 & 255).\(agent.number & 255)"
        json.object { json in
            json.field("id", agent.id)
            json.field("uuid", random.hex(32))
            json.field("accountId", "1400000000000000000")
            json.field("siteId", SentinelOneAccount.siteID(agent.site))
            if isMalformed(.agents, index) {
                json.field("computerName", 17)
            } else {
                json.field("computerName", hostname(agent))
            }
            json.field("domain", agent.number % 3 == 0 ? "WORKGROUP" : "corp.example.org")
            json.field("agentVersion", "23.2.\(agent.revision).47")
            json.field("osType", system.0)
            json.field("osName", system.1)
            json.field("osRevision", system.2)
            json.field("machineType", system.3)
            json.field("modelName", "Example Computers - Model \(agent.number % 9)")
            json.field("networkStatus", agent.network)
            json.field("operationalState", agent.number % 50 == 0 ? "partially_disabled" : "na")
            json.field("appsVulnerabilityStatus", agent.number % 2 == 0 ? "patch_required" : "up_to_date")
            json.field("encryptedApplications", agent.number % 5 != 0)
            json.field("firewallEnabled", isFirewallOn(agent))
            json.field("infected", false)
            json.field("activeThreats", 0)
            json.field("isActive", true)
            json.field("isDecommissioned", agent.isGone)
            json.field("isUninstalled", false)
            json.field("isPendingUninstall", false)
            json.field("isUpToDate", agent.number % 6 != 0)
            json.field("mitigationMode", "protect")
            json.field("externalIp", "198.51.100.\(agent.number % 250)")
            json.array("networkInterfaces") { json in
                json.object { json in
                    json.field("name", "Ethernet")
                    json.field("physical", octets.joined(separator: ":"))
                    json.texts("inet", [address])
                    json.texts("inet6", [])
                }
            }
            json.field("lastLoggedInUserName", "")
            json.field("registeredAt", epoch.text(digits: 6))
            json.field("lastActiveDate", agent.updated.text(digits: 6))
            json.field("scanStatus", agent.scan)
            json.field("scanAbortedAt", "None")
            json.field("scanFinishedAt", agent.scanFinished?.text(digits: 6) ?? "None")
            json.field("updatedAt", agent.updated.text(digits: 6))
        }
    }

    func writeApplication(_ index: Int, _ detail: Int, to json: inout JSONText) {
        let application = application(agents[index], detail)
        json.object { json in
            if isMalformed(.applications, index * 100 + detail) {
                json.array("name") { _ in }
            } else {
                json.field("name", application.name)
            }
            json.field("publisher", application.vendor)
            json.field("version", application.version)
            json.field("size", 1_234)
            json.field("installedDate", epoch.text(digits: 6))
        }
    }

    func writeRisk(_ index: Int, to json: inout JSONText) {
        let risk = risks[index]
        let product = vulnerability(risk)
        json.object { json in
            json.field("id", riskID(index))
            json.field("cveId", product.cve)
            if isMalformed(.risks, index) {
                json.field("baseScore", "high")
            } else {
                json.field("baseScore", product.score)
            }
            json.field("cvssVersion", "3.1")
            json.field("severity", product.severity)
            json.field("status", risk.status)
            json.field("application", "\(product.name) \(product.version)")
            json.field("applicationName", product.name)
            json.field("applicationVendor", product.vendor)
            json.field("endpointId", agents[risk.agent].id)
            json.field("endpointName", hostname(agents[risk.agent]))
            json.field("detectionDate", risk.detected.text(digits: 6))
            json.field("lastScanDate", risk.detected.text(digits: 6))
        }
    }

    func writeThreat(_ index: Int, to json: inout JSONText) {
        let threat = threats[index]
        let agent = agents[threat.agent]
        json.object { json in
            json.field("id", threatID(index))
            json.object("threatInfo") { json in
                json.field("threatId", threatID(index))
                json.field("threatName", "sample-\(index).exe")
                json.field("classification", index % 7 == 0 ? "Ransomware" : "Malware")
                if isMalformed(.threats, index) {
                    json.field("confidenceLevel", 5)
                } else {
                    json.field("confidenceLevel", index % 2 == 0 ? "malicious" : "suspicious")
                }
                json.field("analystVerdict", threat.verdict)
                json.field("incidentStatus", threat.incident)
                json.field("mitigationStatus", threat.mitigation)
                json.field("createdAt", threat.created.text(digits: 6))
                json.field("identifiedAt", threat.created.text(digits: 6))
                json.field("updatedAt", threat.updated.text(digits: 6))
                json.field("filePath", "\\Device\\HarddiskVolume2\\sample-\(index).exe")
                json.null("sha256")
                json.field("storyline", "A\(index)")
            }
            json.object("agentDetectionInfo") { $0.field("agentIpV4", "10.1.0.1") }
            json.object("agentRealtimeInfo") { json in
                json.field("agentId", agent.id)
                json.field("agentComputerName", hostname(agent))
                json.field("agentNetworkStatus", agent.network)
            }
            json.array("indicators") { json in
                json.object { json in
                    json.field("category", "Execution")
                    json.field("description", "A script was started.")
                    json.array("tactics") { json in
                        json.object { json in
                            json.field("name", "Execution")
                            json.field("source", "MITRE")
                            json.array("techniques") { json in
                                json.object { json in
                                    json.field("name", "T1059.001")
                                    json.field("link", "https://attack.mitre.org/techniques/T1059/001/")
                                }
                            }
                        }
                    }
                }
            }
            json.array("mitigationStatus") { _ in }
        }
    }
}
