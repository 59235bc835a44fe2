import FoundationEssentials

extension FalconState {
    private struct HostIDs: Decodable { var ids: [String] }

    mutating func actOnHosts(_ request: SimulatedRequest) -> SimulatedAnswer {
        guard let body = try? JSONDecoder().decode(HostIDs.self, from: Data(request.body)),
            (1...100).contains(body.ids.count)
        else { return FalconEnvelope.error(400, "between 1 and 100 ids are required") }
        let steps: (from: String, pending: String, to: String)
        switch request.value("action_name") {
        case "contain": steps = ("normal", "containment_pending", "contained")
        case "lift_containment": steps = ("contained", "lift_containment_pending", "normal")
        default: return FalconEnvelope.error(400, "unknown action_name")
        }
        for id in body.ids {
            guard let index = fleet.index(of: id) else { return FalconEnvelope.error(404, "Device not found") }
            guard fleet.hosts[index].status == steps.from, fleet.hosts[index].transitions.isEmpty else {
                return FalconEnvelope.error(409, "Device is not \(steps.from)")
            }
        }
        for id in body.ids {
            guard let index = fleet.index(of: id) else { continue }
            actionCounts[id, default: 0] += 1
            let visible = now + account.visibilityDelay
            fleet.plan(index, [(visible, steps.pending), (visible + account.actionDelay, steps.to)])
        }
        fleet.settle(now)
        return FalconEnvelope.page(202) { json in
            for id in body.ids {
                json.object { json in
                    json.field("id", id)
                    json.field("path", "/devices/entities/devices/v1?ids=\(id)")
                }
            }
        }
    }

    private struct AlertUpdate: Decodable {
        struct Parameter: Decodable {
            var name: String
            var value: String
        }

        var composite_ids: [String]
        var action_parameters: [Parameter]
    }

    mutating func updateAlerts(_ request: SimulatedRequest) -> SimulatedAnswer {
        guard let body = try? JSONDecoder().decode(AlertUpdate.self, from: Data(request.body)),
            !body.composite_ids.isEmpty
        else { return FalconEnvelope.error(400, "invalid request body") }
        for parameter in body.action_parameters {
            switch parameter.name {
            case "update_status":
                guard ["new", "in_progress", "reopened", "closed"].contains(parameter.value) else {
                    return FalconEnvelope.error(400, "invalid status \(parameter.value)")
                }
            case "append_comment": break
            default: return FalconEnvelope.error(400, "unknown action parameter \(parameter.name)")
            }
        }
        for id in body.composite_ids {
            guard let index = alertIndex(id) else { return FalconEnvelope.error(404, "alert not found") }
            for parameter in body.action_parameters {
                if parameter.name == "append_comment" {
                    comments[id, default: []].append(parameter.value)
                } else {
                    fleet.change(.alerts, index, at: now) { $0.status = parameter.value }
                }
            }
        }
        return FalconEnvelope.page { _ in }
    }

    private struct SessionRequest: Decodable {
        var device_id: String
        var queue_offline: Bool
    }

    mutating func openSession(_ request: SimulatedRequest) -> SimulatedAnswer {
        guard let body = try? JSONDecoder().decode(SessionRequest.self, from: Data(request.body)) else {
            return FalconEnvelope.error(400, "device_id and queue_offline are required")
        }
        guard fleet.index(of: body.device_id) != nil, !account.offline.contains(body.device_id) || body.queue_offline
        else { return FalconEnvelope.error(404, "Could not establish a session: the host is offline") }
        let known = sessions.first { $0.value == body.device_id }?.key
        let id = known ?? nextID()
        sessions[id] = body.device_id
        return FalconEnvelope.page(201) { json in
            json.object { json in
                json.field("session_id", id)
                json.field("created_at", now.text(digits: 9))
                json.field("existing_aid_sessions", 1)
                json.field("offline_queued", account.offline.contains(body.device_id))
                json.array("scripts") { _ in }
            }
        }
    }

    private struct CommandRequest: Decodable {
        var base_command: String
        var command_string: String
        var session_id: String
    }

    mutating func runCommand(_ request: SimulatedRequest) -> SimulatedAnswer {
        guard let body = try? JSONDecoder().decode(CommandRequest.self, from: Data(request.body)),
            body.base_command == "runscript", body.command_string.hasPrefix("runscript -CloudFile=\"")
        else { return FalconEnvelope.error(400, "invalid command") }
        guard let host = sessions[body.session_id] else { return FalconEnvelope.error(404, "session not found") }
        let id = nextID()
        commands[id] = FalconCommand(
            line: body.command_string, completes: now + account.visibilityDelay + account.actionDelay,
            output: ["ran on ", host])
        return FalconEnvelope.page(201) { json in
            json.object { json in
                json.field("session_id", body.session_id)
                json.field("cloud_request_id", id)
                json.field("queued_command_offline", account.offline.contains(host))
            }
        }
    }

    func commandState(_ request: SimulatedRequest) -> SimulatedAnswer {
        guard let id = request.value("cloud_request_id"),
            let sequence = request.value("sequence_id").flatMap({ Int($0) })
        else { return FalconEnvelope.error(400, "cloud_request_id and sequence_id are required") }
        guard let command = commands[id] else { return FalconEnvelope.error(404, "command not found") }
        let isDone = command.completes <= now
        return FalconEnvelope.page { json in
            json.object { json in
                json.field("session_id", "")
                json.field("task_id", id)
                json.field("complete", isDone && sequence >= command.output.count - 1)
                json.field("stdout", isDone && sequence < command.output.count ? command.output[sequence] : "")
                json.field("stderr", "")
                json.field("base_command", "runscript")
                json.field("sequence_id", sequence)
            }
        }
    }

    private struct ScanRequest: Decodable {
        var hosts: [String]
        var file_paths: [String]
    }

    mutating func startScan(_ request: SimulatedRequest) -> SimulatedAnswer {
        guard let body = try? JSONDecoder().decode(ScanRequest.self, from: Data(request.body)), body.hosts.count == 1,
            let host = body.hosts.first, fleet.index(of: host) != nil, !body.file_paths.isEmpty
        else { return FalconEnvelope.error(400, "hosts and file_paths are required") }
        let id = nextID()
        let begins = now + account.visibilityDelay
        scans[id] = FalconScan(
            host: host, paths: body.file_paths, begins: begins, completes: begins + account.actionDelay)
        return FalconEnvelope.page(201) { json in
            json.object { json in
                json.field("id", id)
                json.texts("hosts", [host])
                json.field("status", "pending")
            }
        }
    }

    func scanState(_ request: SimulatedRequest) -> SimulatedAnswer {
        FalconEnvelope.page { json in
            for id in request.values("ids") {
                guard let scan = scans[id] else { continue }
                json.object { json in
                    json.field("id", id)
                    json.texts("hosts", [scan.host])
                    json.field("status", now < scan.begins ? "pending" : now < scan.completes ? "running" : "completed")
                }
            }
        }
    }
}
