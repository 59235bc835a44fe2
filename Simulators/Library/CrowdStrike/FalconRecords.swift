/// Records as Falcon writes them: recorded answers with other values. What is unknown is left out, not null.
extension FalconFleet {
    func writeHost(_ index: Int, to json: inout JSONText) {
        let host = hosts[index]
        let machine = machine(host)
        json.object { json in
            json.field("device_id", host.id)
            json.field("cid", cid)
            json.field("agent_load_flags", "0")
            json.field("agent_local_time", host.modified.text(digits: 3))
            json.field("agent_version", "7.02.\(17_302 + host.revision).0")
            json.field("config_id_base", "65994763")
            json.field("config_id_build", "17302")
            json.field("config_id_platform", "4")
            json.field("external_ip", "198.51.100.\(host.number % 250)")
            json.field("mac_address", machine.mac)
            if isMalformed(.hosts, index) {
                json.field("hostname", 17)
            } else {
                json.field("hostname", machine.hostname)
            }
            json.field("first_seen", (settings.estate?.firstSeen(host.number) ?? epoch).text())
            json.field("last_seen", host.modified.text())
            json.field("local_ip", machine.address)
            if machine.platform == "Windows" {
                json.field("major_version", "10")
                json.field("minor_version", "0")
                json.field("machine_domain", "corp.example.org")
            }
            json.field("os_version", machine.osVersion)
            if !machine.build.isEmpty { json.field("os_build", machine.build) }
            json.field("platform_id", machine.platform == "Windows" ? "0" : machine.platform == "Mac" ? "1" : "3")
            json.field("platform_name", machine.platform)
            json.array("policies") { $0.object { policy("prevention", host, &$0) } }
            json.field("reduced_functionality_mode", host.number % 50 == 0 ? "yes" : "no")
            json.object("device_policies") { json in
                json.object("prevention") { policy("prevention", host, &$0) }
                json.object("sensor_update") { policy("sensor-update", host, &$0) }
                json.object("firewall") { policy("firewall", host, &$0) }
            }
            json.array("groups") { _ in }
            json.field("product_type_desc", machine.product)
            json.field("provision_status", "Provisioned")
            json.field("serial_number", machine.serial)
            json.field("status", host.status)
            json.field("system_manufacturer", "Example Computers")
            json.field("system_product_name", "Model \(host.number % 9)")
            json.texts("tags", host.number % 3 == 0 ? ["FalconGroupingTags/branch"] : [])
            json.field("modified_timestamp", host.modified.text(digits: 3))
            json.object("meta") { $0.field("version", "\(host.revision)") }
        }
    }

    private func policy(_ kind: String, _ host: Host, _ json: inout JSONText) {
        json.field("policy_type", kind)
        json.field("policy_id", "6b90cd3739c54107a153761b4cd1e346")
        json.field("applied", host.number % 11 != 0)
        json.field("settings_hash", "ec4c535b")
        json.field("assigned_date", epoch.text(digits: 9))
        if host.number % 11 == 0 { json.null("applied_date") } else { json.field("applied_date", epoch.text()) }
        json.array("rule_groups") { _ in }
    }

    func writeApplication(_ index: Int, to json: inout JSONText) {
        guard let item = items[.applications]?[index] else { return }
        let product = application(item)
        let version = product.version
        let host = hosts[item.host]
        let machine = machine(host)
        json.object { json in
            json.field("id", applicationID(item))
            json.field("cid", cid)
            if isMalformed(.applications, index) {
                json.array("name") { _ in }
            } else {
                json.field("name", product.name)
            }
            json.field("vendor", product.vendor)
            json.field("version", version)
            json.field("name_vendor", "\(product.name)-\(product.vendor)")
            json.field("name_vendor_version", "\(product.name)-\(product.vendor)-\(version)")
            json.field("versioning_scheme", "unknown")
            json.texts("architectures", ["x86_64"])
            json.texts("installation_paths", ["/opt/\(item.number)"])
            json.field("installation_timestamp", item.created.text())
            json.field("first_seen_timestamp", item.created.text())
            json.field("last_updated_timestamp", item.updated.text(digits: 3))
            json.field("is_suspicious", false)
            json.field("is_normalized", false)
            json.object("host") { json in
                json.field("id", "\(cid)_\(host.number)")
                json.field("aid", host.id)
                json.field("platform_name", machine.platform)
                json.field("os_version", machine.osVersion)
                json.field("hostname", machine.hostname)
                json.field("product_type_desc", machine.product)
            }
        }
    }

    func writeVulnerability(_ index: Int, withCVE: Bool, to json: inout JSONText) {
        guard let item = items[.vulnerabilities]?[index] else { return }
        let product = vulnerability(item)
        json.object { json in
            json.field("id", vulnerabilityID(item))
            json.field("cid", cid)
            json.field("aid", hosts[item.host].id)
            json.field("created_timestamp", item.created.text())
            json.field("updated_timestamp", item.updated.text(digits: 3))
            if item.status == "closed" { json.field("closed_timestamp", item.updated.text()) }
            json.field("status", item.status)
            json.array("apps") { json in
                json.object { json in
                    json.field("product_name_version", product.name)
                    json.field("sub_status", item.status)
                    json.object("remediation") { $0.texts("ids", ["98b0cb045f743f27b7ff89f47a2e9cb2"]) }
                }
            }
            json.object("suppression_info") { $0.field("is_suppressed", false) }
            guard withCVE else { return }
            json.object("cve") { json in
                json.field("id", product.cve)
                if isMalformed(.vulnerabilities, index) {
                    json.field("base_score", "high")
                } else {
                    json.field("base_score", product.score)
                }
                json.field("severity", product.severity)
                json.field("exploit_status", 0)
                json.field("exprt_rating", "MEDIUM")
                json.object("cisa_info") { $0.field("is_cisa_kev", item.number == 0) }
                json.field("description", "A vulnerability of \(product.name).")
                json.field("vector", "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H")
            }
        }
    }

    func writeAlert(_ index: Int, to json: inout JSONText) {
        guard let item = items[.alerts]?[index] else { return }
        let host = hosts[item.host]
        let machine = machine(host)
        let severity = item.host % 100 + 1
        json.object { json in
            json.field("composite_id", alertID(item))
            json.field("id", String(alertID(item).dropFirst(cid.utf8.count + 1)))
            json.field("cid", cid)
            json.field("agent_id", host.id)
            json.field("name", "SuspiciousScript")
            json.field("display_name", "Suspicious script on \(machine.hostname)")
            json.field("description", "A script was started from a mail.")
            if isMalformed(.alerts, index) { json.field("severity", "bad") } else { json.field("severity", severity) }
            let names = ["Informational", "Low", "Medium", "High", "Critical"]
            if !isMalformed(.alerts, index) { json.field("severity_name", names[min(4, severity / 20)]) }
            json.field("confidence", 80)
            json.field("status", item.status)
            json.field("product", "epp")
            json.field("type", "ldt")
            json.array("mitre_attack") { json in
                json.object { json in
                    json.field("pattern_id", 10_197)
                    json.field("tactic", "Execution")
                    json.field("tactic_id", "TA0002")
                    json.field("technique", "PowerShell")
                    json.field("technique_id", "T1059.001")
                }
            }
            json.field("show_in_ui", true)
            json.field("timestamp", item.created.text(digits: 3))
            json.field("created_timestamp", item.created.text(digits: 9))
            json.field("updated_timestamp", item.updated.text(digits: 9))
            json.object("device") { json in
                json.field("device_id", host.id)
                json.field("hostname", machine.hostname)
                json.field("status", "normal")
            }
        }
    }

    func writeAssessment(_ index: Int, to json: inout JSONText) {
        let host = hosts[index]
        let score = assessment(host)
        json.object { json in
            json.field("aid", host.id)
            json.field("cid", cid)
            json.field("event_platform", machine(host).platform)
            json.field("modified_time", host.modified.text())
            json.object("assessment") { json in
                json.field("sensor_config", score)
                json.field("os", score)
                json.field("overall", score)
                json.field("version", "3.6.1")
            }
            json.object("assessment_items") { json in
                json.array("os_signals") { json in
                    json.object { json in
                        json.field("signal_id", "disk_encryption")
                        json.field("signal_name", "Disk encryption")
                        json.field("group_name", "System")
                        json.field("criteria", "Disk encryption: enabled")
                        json.field("meets_criteria", score > 50 ? "yes" : score > 25 ? "no" : "unknown")
                    }
                }
                json.array("sensor_signals") { _ in }
            }
        }
    }
}
