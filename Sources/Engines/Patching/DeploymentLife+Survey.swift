import Domain
import FoundationEssentials

extension DeploymentLife {
    mutating func follow(_ survey: Survey, _ at: Date, _ reason: inout String?) -> [Action] {
        switch status {
        case .running, .soaking: return watch(survey, at, &reason)
        case .aborting: return finishAbort(survey.targets)
        case .rollingBack: return finishRollback(survey)
        default: return []
        }
    }

    private mutating func watch(_ survey: Survey, _ at: Date, _ reason: inout String?) -> [Action] {
        // There is nothing left to stop.
        if ring + 1 >= ringCount && survey.targets.open == 0 {
            leave(for: survey.targets.notDeployed == 0 ? .completed : .completedWithFailures)
            return [.notify]
        }
        if case .stop(let reasons) = survey.gate {
            hold(.halted)
            reason = reasons.joined(separator: " ")
            return [.notify]
        }
        guard ring + 1 < ringCount else { return [] }
        if status == .running && survey.isRingDone {
            status = .soaking
            soakingSince = at
        } else if status == .soaking && survey.gate == .go {
            return openNext()
        }
        return []
    }

    private mutating func finishAbort(_ targets: TargetCounts) -> [Action] {
        if targets[.waiting] > 0 || targets.sum(where: \.isPrepared) > 0 { return [.cancelUnbegun] }
        guard targets.underWay == 0 else { return [] }
        leave(for: .aborted)
        return [.notify]
    }

    private mutating func finishRollback(_ survey: Survey) -> [Action] {
        let targets = survey.targets
        // Also what was installing when the rollback was asked for, and has ended since.
        if survey.toRollBack > 0 || targets[.waiting] > 0 || targets.sum(where: \.isPrepared) > 0 {
            return [.cancelUnbegun, .rollBackTargets]
        }
        guard targets.open == 0 else { return [] }
        leave(for: targets[.rollbackFailed] + targets[.lost] == 0 ? .rolledBack : .rolledBackWithFailures)
        return [.notify]
    }
}
