import FoundationEssentials

extension UnknownState {
    mutating func routed(_ request: SimulatedRequest) -> SimulatedAnswer {
        let parts = request.path.split(separator: "/").map(String.init)
        switch (request.method, request.path) {
        case (.GET, "/v1/machines"): return listMachines(request)
        case (.GET, "/v1/packages"): return listPackages(request)
        case (.POST, "/v1/weaknesses/search"): return listWeaknesses(request)
        case (.GET, "/v1/detections"): return listDetections(request)
        case (.GET, "/v1/hygiene"): return listHygiene(request)
        case (.POST, _) where parts.count == 4 && parts[1] == "machines": return act(parts[2], parts[3], request)
        case (.GET, _) where parts.count == 3 && parts[1] == "jobs": return job(parts[2])
        default: return problem(404, "no such thing")
        }
    }

    private func page(_ positions: [KeysetPage.Position], after: KeysetPage.Position?, _ limit: Int) -> KeysetPage {
        KeysetPage(positions, after: after, limit: limit)
    }

    private var alive: [Int] { machines.indices.filter { !machines[$0].isGone } }

    /// By page number, oldest first; only what was seen since a second.
    private func listMachines(_ request: SimulatedRequest) -> SimulatedAnswer {
        guard let number = request.value("page").flatMap({ Int($0) }), number >= 1,
            let size = request.value("per_page").flatMap({ Int($0) }), (1...100).contains(size)
        else { return problem(400, "page and per_page are needed") }
        let since = request.value("seen_since").flatMap { Int($0) } ?? 0
        let found = alive.filter { machines[$0].seen.milliseconds >= since * 1000 }
        var json = JSONText()
        json.object { json in
            json.object("result") { json in
                json.array("hosts") { json in
                    for index in found.dropFirst((number - 1) * size).prefix(size) { writeMachine(index, &json) }
                }
            }
        }
        return .json(200, json)
    }

    private func writeMachine(_ index: Int, _ json: inout JSONText) {
        let machine = machines[index]
        json.object { json in
            json.field("uid", machine.id)
            json.object("names") { json in
                if isMalformed(0, index) {
                    json.object("short") { _ in }
                } else {
                    json.field("short", name(machine))
                }
            }
            json.field("platform", ["WIN", "MAC", "LNX"][machine.number % 3])
            json.field("release", "1.\(machine.number)")
            json.array("nics") { json in
                json.object { json in
                    json.field("hw", "02-00-00-00-\(hex(machine.number >> 8))-\(hex(machine.number))")
                    json.texts("ips", ["10.3.0.\(machine.number % 250)", "not an address"])
                }
            }
            json.field("labels", "a;b;\(machine.number)")
            json.field("network", machine.closes == nil ? machine.network : "changing")
            json.field("seen_ms", machine.seen.milliseconds)
        }
    }

    private func hex(_ number: Int) -> String {
        let text = String(number & 255, radix: 16)
        return text.utf8.count < 2 ? "0\(text)" : text
    }

    func name(_ machine: Machine) -> String { "host-\(machine.number)-\(machine.revision)" }

    /// By offset; a bare list.
    private func listPackages(_ request: SimulatedRequest) -> SimulatedAnswer {
        let offset = request.value("offset").flatMap { Int($0) } ?? 0
        let limit = request.value("limit").flatMap { Int($0) } ?? 5
        var json = JSONText()
        json.array { json in
            for index in alive.dropFirst(offset).prefix(limit) {
                json.object { json in
                    json.field("machine", machines[index].id)
                    json.field("title", "Example Office")
                    json.field("version", "5.\(releases[index])")
                    json.field("maker", "Example GmbH")
                }
            }
        }
        return .json(200, json)
    }

    private struct Search: Decodable {
        var cursor: String?
        var limit: Int
        var filter: Filter

        struct Filter: Decodable { var open: Bool }
    }

    /// By a cursor in the body, which is lost at times.
    private mutating func listWeaknesses(_ request: SimulatedRequest) -> SimulatedAnswer {
        guard let search = try? JSONDecoder().decode(Search.self, from: Data(request.body)),
            (1...50).contains(search.limit)
        else { return problem(400, "limit and filter are needed") }
        var after: KeysetPage.Position?
        if let cursor = search.cursor {
            guard !dice.losesCursor(), let index = Int(cursor.dropFirst()) else { return problem(400, "stale cursor") }
            after = .init(key: index, index: index)
        }
        let page = page(alive.map { .init(key: $0, index: $0) }, after: after, search.limit)
        var json = JSONText()
        json.object { json in
            json.array("items") { json in
                for index in page.indices {
                    json.object { json in
                        json.field("ref", "w-\(index)")
                        json.field("uid", machines[index].id)
                        json.field("cve", "CVE-2024-\(1_000 + index)")
                        if isMalformed(1, index) { json.field("points", "many") } else { json.field("points", 7.5) }
                        json.field("rank", "SEVERE")
                        json.field("state", mended[index] ? "MENDED" : "OPEN")
                        json.field("found", "2026-01-01 10:00:00")
                    }
                }
            }
            json.object("meta") { json in
                if let end = page.end, !page.isLast {
                    json.field("cursor", "c\(end.index)")
                } else {
                    json.null("cursor")
                }
            }
        }
        return .json(200, json)
    }

    /// By the `Link` header, in the order of changes.
    private func listDetections(_ request: SimulatedRequest) -> SimulatedAnswer {
        let since = request.value("changed_since").flatMap { Moment($0) }
        let positions = detections.indices.filter { detections[$0].changed >= since ?? detections[$0].changed }
            .map { KeysetPage.Position(key: detections[$0].changed.milliseconds, index: $0) }
        let parts = request.value("from")?.split(separator: "/").compactMap { Int($0) } ?? []
        let after = parts.count == 2 ? KeysetPage.Position(key: parts[0], index: parts[1]) : nil
        let page = page(positions, after: after, 4)
        var json = JSONText()
        json.object { json in
            json.array("detections") { json in
                for index in page.indices {
                    let detection = detections[index]
                    json.object { json in
                        json.field("no", 1_000 + index)
                        json.field("machine", machines[detection.machine].id)
                        json.field("headline", "Odd process")
                        json.field("level", index % 2 == 0 ? 9 : 3)
                        json.field("phase", ["FRESH", "BEING_LOOKED_AT", "DONE"][detection.phase])
                        json.texts("attack", ["T1059", "T1204"])
                        json.field("changed", detection.changed.text(digits: 3))
                    }
                }
            }
        }
        var answer = SimulatedAnswer.json(200, json)
        if let end = page.end, !page.isLast {
            let since = request.value("changed_since").map { "changed_since=\($0.replacing(":", with: "%3A"))&" } ?? ""
            let next = "/v1/detections?\(since)from=\(end.key)%2F\(end.index)"
            answer.headers.append(
                ("Link", "<\(address(request))\(next)>; rel=\"next\", <\(address(request))/v1>; rel=up"))
        }
        return answer
    }

    /// By the address of the next page.
    private func listHygiene(_ request: SimulatedRequest) -> SimulatedAnswer {
        let after = request.value("after").flatMap { Int($0) }.map { KeysetPage.Position(key: $0, index: $0) }
        let page = page(alive.map { .init(key: $0, index: $0) }, after: after, 8)
        var json = JSONText()
        json.object { json in
            json.array("value") { json in
                for index in page.indices {
                    json.object { json in
                        json.field("machine", machines[index].id)
                        json.field("disk", isEncrypted(machines[index]) ? "locked" : "plain")
                        json.field("grade", 40 + machines[index].number % 60)
                    }
                }
            }
            if let end = page.end, !page.isLast {
                json.field("next_link", "\(address(request))/v1/hygiene?after=\(end.index)")
            }
        }
        return .json(200, json)
    }

    func isEncrypted(_ machine: Machine) -> Bool { (machine.number + machine.revision) % 4 != 0 }

    private func address(_ request: SimulatedRequest) -> String {
        settings.strayHost ?? "http://\(request.header("Host") ?? "")"
    }

    private struct Wish: Decodable { var why: String }

    private mutating func act(_ id: String, _ verb: String, _ request: SimulatedRequest) -> SimulatedAnswer {
        guard let index = machines.firstIndex(where: { $0.id == id && !$0.isGone }) else {
            return problem(404, "no such machine")
        }
        guard ["close", "open"].contains(verb), (try? JSONDecoder().decode(Wish.self, from: Data(request.body))) != nil
        else { return problem(400, "say why") }
        actionCounts[id, default: 0] += 1
        machines[index].isWantedClosed = verb == "close"
        machines[index].closes = now + settings.actionDelay
        let job = "j-\(jobs.count)"
        jobs[job] = Job(machine: index, ends: now + settings.actionDelay)
        settle()
        var json = JSONText()
        json.object { json in json.object("job") { $0.field("id", job) } }
        return .json(202, json)
    }

    private func job(_ id: String) -> SimulatedAnswer {
        guard let job = jobs[id] else { return problem(404, "no such job") }
        var json = JSONText()
        json.object { json in
            json.field("state", now < job.ends ? "RUNNING" : "OK")
            json.field("text", "network changed")
        }
        return .json(200, json)
    }
}

extension UnknownEDR {
    public var truth: UnknownTruth {
        withState { state in
            var truth = UnknownTruth()
            for (index, machine) in state.machines.enumerated() where !machine.isGone {
                if state.isMalformed(0, index) {
                    truth.malformed.insert(machine.id)
                } else {
                    truth.machines[machine.id] = "\(state.name(machine)) \(machine.network)"
                }
                truth.packages["\(machine.id)/Example Office"] = "5.\(state.releases[index])"
                if state.isMalformed(1, index) {
                    truth.malformed.insert("w-\(index)")
                } else {
                    truth.weaknesses["w-\(index)"] = state.mended[index] ? "MENDED" : "OPEN"
                }
                truth.checks[machine.id] = state.isEncrypted(machine)
            }
            for (index, detection) in state.detections.enumerated() {
                truth.detections["\(1_000 + index)"] = ["FRESH", "BEING_LOOKED_AT", "DONE"][detection.phase]
            }
            return truth
        }
    }

    public var machineIDs: [String] { withState { $0.machines.filter { !$0.isGone }.map(\.id) } }

    public func actionCount(_ machine: String) -> Int { withState { $0.actionCounts[machine] ?? 0 } }

    /// Lets time pass: machines come and change, packages are updated, weaknesses are mended, detections are worked on.
    public func live(_ changes: Int, seed: UInt64) {
        withState { state in
            var random = SplitMix(seed)
            for _ in 0..<changes {
                let index = Int.random(in: 0..<max(1, state.machines.count), using: &random)
                switch Int.random(in: 0..<6, using: &random) {
                case 0: state.add(at: state.now)
                case 1:
                    state.machines[index].revision += 1
                    state.machines[index].seen = state.now
                case 2: state.releases[index] += 1
                case 3: state.mended[index].toggle()
                case 4: state.machines[index].isGone = true
                default:
                    guard let detection = state.detections.indices.randomElement(using: &random) else { continue }
                    state.detections[detection].phase = (state.detections[detection].phase + 1) % 3
                    state.detections[detection].changed = state.now
                }
            }
        }
    }
}
