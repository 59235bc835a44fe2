import Domain
import Store

/// `/api/edr`: devices, alerts, vulnerabilities, compliance, actions and posture as Microsoft Defender and Intune say them.
enum EDRRoutes {
    static func all(_ store: Store) -> [AnyRoute] {
        [
            devices(store).erased, alerts(store).erased, vulnerabilities(store).erased, compliance(store).erased,
            actions(store).erased, posture(store).erased,
        ]
    }

    private static let tag = "EDR"

    private static func devices(_ store: Store) -> Route<EDRDeviceListInput, Page<EDRDeviceView>> {
        Route(
            .get, "/api/edr/devices", "List EDR devices", tag: tag, access: .permission(.read),
            description: """
                Machines of Defender and devices of Intune, one for each machine that both know by the same id of the \
                directory. The riskiest first.
                """
        ) { input, scope in
            let slice = try await store.edr.devices(input.query, tenant: try scope.tenant)
            return Page(slice.items.map(EDRDeviceView.init), slice: slice, sort: EDRDeviceListInput.order)
        }
    }

    private static func alerts(_ store: Store) -> Route<EDRAlertListInput, Page<EDRAlertView>> {
        Route(
            .get, "/api/edr/alerts", "List EDR alerts", tag: tag, access: .permission(.read),
            description: "Alerts on the devices, the latest first. One whose device is not known yet comes with it."
        ) { input, scope in
            let slice = try await store.edr.alerts(input.query, tenant: try scope.tenant)
            return Page(slice.items.map(EDRAlertView.init), slice: slice, sort: EDRAlertListInput.order)
        }
    }

    private static func vulnerabilities(
        _ store: Store
    ) -> Route<EDRVulnerabilityListInput, Page<EDRVulnerabilityView>> {
        Route(
            .get, "/api/edr/vulnerabilities", "List EDR vulnerabilities", tag: tag, access: .permission(.read),
            description: """
                What Defender finds on the devices by itself, the worst first. Garrison's own findings are under \
                `/api/findings`.
                """
        ) { input, scope in
            let slice = try await store.edr.vulnerabilities(
                device: input.device, severity: input.severity, cve: input.cve, slice: input.slice,
                tenant: try scope.tenant)
            return Page(slice.items.map(EDRVulnerabilityView.init), slice: slice, sort: EDRVulnerabilityListInput.order)
        }
    }

    private static func compliance(_ store: Store) -> Route<EDRComplianceListInput, Page<EDRComplianceView>> {
        Route(
            .get, "/api/edr/compliance", "List EDR compliance", tag: tag, access: .permission(.read),
            description: "Intune's verdict on each device with the rules that are not met, the last checked first."
        ) { input, scope in
            let slice = try await store.edr.compliance(
                device: input.device, state: input.state, slice: input.slice, tenant: try scope.tenant)
            return Page(slice.items.map(EDRComplianceView.init), slice: slice, sort: EDRComplianceListInput.order)
        }
    }

    private static func actions(_ store: Store) -> Route<EDRActionListInput, Page<EDRActionView>> {
        Route(
            .get, "/api/edr/actions", "List EDR actions", tag: tag, access: .permission(.read),
            description: "What people had done to devices through Microsoft, the latest first."
        ) { input, scope in
            let slice = try await store.edr.actions(
                device: input.device, type: input.type, status: input.status, slice: input.slice,
                tenant: try scope.tenant)
            return Page(slice.items.map(EDRActionView.init), slice: slice, sort: EDRActionListInput.order)
        }
    }

    private static func posture(_ store: Store) -> Route<EDRPostureInput, Page<EDRPostureView>> {
        Route(
            .get, "/api/edr/posture", "List EDR posture scores", tag: tag, access: .permission(.read),
            description: "The posture over all devices, calculated behind each sync; the latest first."
        ) { input, scope in
            let slice = try await store.edr.posture(slice: input.slice, tenant: try scope.tenant)
            return Page(slice.items.map(EDRPostureView.init), slice: slice, sort: EDRPostureInput.order)
        }
    }
}
