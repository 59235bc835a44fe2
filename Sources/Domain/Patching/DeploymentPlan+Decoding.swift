import FoundationEssentials

// What a plan does not say is as in a plan made without it: requests name what they want, and plans that are stored outlive
// fields that are added.

extension DeploymentPlan {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let standard = DeploymentPlan()
        strategy = try container.value(.strategy, or: standard.strategy)
        rings = try container.value(.rings, or: standard.rings)
        schedules = try container.value(.schedules, or: standard.schedules)
        startsAt = try container.decodeIfPresent(Date.self, forKey: .startsAt)
        approval = try container.value(.approval, or: standard.approval)
        reboot = try container.value(.reboot, or: standard.reboot)
        limits = try container.value(.limits, or: standard.limits)
        gate = try container.value(.gate, or: standard.gate)
        offlineHours = try container.value(.offlineHours, or: standard.offlineHours)
    }
}

extension DeploymentRing {
    enum CodingKeys: String, CodingKey {
        case name, percent, tags, groups, gate
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        percent = try container.decodeIfPresent(Double.self, forKey: .percent)
        tags = try container.value(.tags, or: [])
        groups = try container.value(.groups, or: [])
        gate = try container.decodeIfPresent(GatePolicy.self, forKey: .gate)
    }
}

extension RebootPolicy {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let standard = RebootPolicy()
        mode = try container.value(.mode, or: standard.mode)
        noticeMinutes = try container.value(.noticeMinutes, or: standard.noticeMinutes)
    }
}

extension DeploymentLimits {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        concurrent = try container.decodeIfPresent(Int.self, forKey: .concurrent)
        kilobitsPerSecond = try container.decodeIfPresent(Int.self, forKey: .kilobitsPerSecond)
        kilobitsPerDownload = try container.value(.kilobitsPerDownload, or: DeploymentLimits().kilobitsPerDownload)
    }
}

extension MaintenanceSchedule {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        groups = try container.value(.groups, or: [])
        timeZone = try container.decode(String.self, forKey: .timeZone)
        windows = try container.decode([Window].self, forKey: .windows)
        blackouts = try container.value(.blackouts, or: [])
        marginMinutes = try container.value(.marginMinutes, or: 0)
    }
}

extension MaintenanceSchedule.Window {
    enum CodingKeys: String, CodingKey {
        case days, start, end
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        days = try container.value(.days, or: MaintenanceSchedule.Day.allCases)
        start = try container.decode(String.self, forKey: .start)
        end = try container.decode(String.self, forKey: .end)
    }
}

extension GatePolicy {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let standard = GatePolicy()
        successPercent = try container.value(.successPercent, or: standard.successPercent)
        coveragePercent = try container.value(.coveragePercent, or: standard.coveragePercent)
        soakMinutes = try container.value(.soakMinutes, or: standard.soakMinutes)
        unhealthy = try container.value(.unhealthy, or: standard.unhealthy)
        incidents = try container.value(.incidents, or: standard.incidents)
        alerts = try container.value(.alerts, or: standard.alerts)
        test = try container.value(.test, or: standard.test)
    }
}

extension FailureTestPolicy {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let standard = FailureTestPolicy()
        goodRate = try container.value(.goodRate, or: standard.goodRate)
        badRate = try container.value(.badRate, or: standard.badRate)
        falseStop = try container.value(.falseStop, or: standard.falseStop)
        falseGo = try container.value(.falseGo, or: standard.falseGo)
        needsProof = try container.value(.needsProof, or: standard.needsProof)
        countsSilent = try container.value(.countsSilent, or: standard.countsSilent)
    }
}

extension KeyedDecodingContainer {
    fileprivate func value<Value: Decodable>(_ key: Key, or standard: @autoclosure () -> Value) throws -> Value {
        try decodeIfPresent(Value.self, forKey: key) ?? standard()
    }
}
