using IrqSafety.Contracts;

// In 2025 the lock of KVM's table of LPIs moved from inside ap_list_lock to outside it.
[assembly: DeclareLockClass("lpi_xa_lock", LockKind.RawSpin)]
[assembly: DeclareLockClass("vcpu_list_lock", LockKind.RawSpin)]
[assembly: LockOrder("kvm-6.13", "vcpu_list_lock", "lpi_xa_lock")]
[assembly: LockOrder("kvm-6.13", "lpi_xa_lock", "vcpu_list_lock")]
