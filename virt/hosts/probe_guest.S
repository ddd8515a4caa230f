# What does the probe's guest do: real mode, protected mode, long mode with paging, touch 30 MB, say so on COM1.
# Build: as -o p.o probe_guest.S && ld -Ttext=0x7c00 --oformat binary -e start -o p.bin p.o   (512 bytes)
.code16
.globl start
start:
    cli
    xorw %ax, %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %ss
    movw $0x7c00, %sp
    inb $0x92, %al
    orb $2, %al
    outb %al, $0x92
    cld
    movw $0x1000, %di
    xorl %eax, %eax
    movw $0x0c00, %cx
    rep stosl
    movw $0x2003, 0x1000
    movw $0x3003, 0x2000
    movw $0x3000, %di
    movl $0x83, %eax
    movw $16, %cx
1:  movl %eax, (%di)
    addw $8, %di
    addl $0x200000, %eax
    loop 1b
    lgdt gdt_pointer
    movl %cr0, %eax
    orb $1, %al
    movl %eax, %cr0
    ljmp $0x08, $protected
.code32
protected:
    movw $0x10, %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %ss
    movl %cr4, %eax
    orl $0x20, %eax
    movl %eax, %cr4
    movl $0x1000, %eax
    movl %eax, %cr3
    movl $0xc0000080, %ecx
    rdmsr
    orl $0x100, %eax
    wrmsr
    movl %cr0, %eax
    orl $0x80000000, %eax
    movl %eax, %cr0
    ljmp $0x18, $long
.code64
long:
    movl $0x200000, %edi
2:  movq %rdi, (%rdi)
    addl $0x1000, %edi
    cmpl $0x1e00000, %edi
    jb 2b
    movl $0x200000, %edi
3:  cmpq %rdi, (%rdi)
    jne halt
    addl $0x1000, %edi
    cmpl $0x1e00000, %edi
    jb 3b
say:
    movl $30000000, %ecx
4:  decl %ecx
    jnz 4b
    movl $message, %esi
5:  movw $0x3fd, %dx
6:  inb %dx, %al
    testb $0x20, %al
    jz 6b
    lodsb
    testb %al, %al
    jz say
    movw $0x3f8, %dx
    outb %al, %dx
    jmp 5b
halt:
    hlt
    jmp halt
message:
    .asciz "guesthouse probe: long mode works\r\n"
.balign 8
gdt:
    .quad 0
    .quad 0x00cf9a000000ffff
    .quad 0x00cf92000000ffff
    .quad 0x00af9a000000ffff
gdt_pointer:
    .word gdt_pointer - gdt - 1
    .long gdt
.org 510
    .word 0xaa55
