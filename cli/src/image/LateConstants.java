import static java.lang.classfile.ClassFile.ACC_ABSTRACT;
import static java.lang.classfile.ClassFile.ACC_FINAL;
import static java.lang.classfile.ClassFile.ACC_INTERFACE;
import static java.lang.classfile.ClassFile.ACC_PUBLIC;
import static java.lang.classfile.ClassFile.ACC_STATIC;
import static java.lang.classfile.ClassFile.ACC_SYNTHETIC;
import static java.lang.constant.ConstantDescs.CLASS_INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.lang.classfile.AccessFlags;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.FieldModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.Interfaces;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.constant.ClassDesc;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Has the constants of a class that are of type {@code BigDecimal} made when one of them is first
 * read, and not with the class. {@code BigDecimal} itself begins with powers of five up to the
 * 65,536th: 25 ms, interpreted, in each command that reads JSON, whose parsers keep bounds of that
 * type for numbers with a fraction, which no file here has.
 *
 * <p>The constants move to an interface that the class implements from then on. Whoever names them
 * finds them there, subclasses in other jars too, and an interface is initialized only when a field
 * of its own is read.
 */
final class LateConstants {
  private static final String NAME = "LateConstants";
  private static final ClassDesc DECIMAL = ClassDesc.of("java.math.BigDecimal");

  /** A constant made from another one, and where it goes. */
  private static final List<Opcode> MAKING =
      List.of(Opcode.NEW, Opcode.DUP, Opcode.GETSTATIC, Opcode.INVOKESPECIAL, Opcode.PUTSTATIC);

  private final ClassModel model;
  private final ClassDesc owner;
  private final ClassDesc home;

  /** What makes the class's constants. */
  private final List<Instruction> code;

  /** By name: where in the code it is made. */
  private final Map<String, Integer> late = new LinkedHashMap<>();

  LateConstants(ClassModel model) {
    this.model = model;
    this.owner = model.thisClass().asSymbol();
    this.home = owner.nested(NAME);
    this.code =
        model.methods().stream()
            .filter(LateConstants::isInitializer)
            .flatMap(method -> method.code().stream())
            .flatMap(body -> body.elementStream())
            .mapMulti(LateConstants::instruction)
            .toList();
    if (!model.flags().has(AccessFlag.INTERFACE)
        && code.stream().noneMatch(BranchInstruction.class::isInstance)) {
      for (int i = 0; i + MAKING.size() <= code.size(); i++) {
        find(i);
      }
    }
  }

  private static boolean isInitializer(MethodModel method) {
    return method.methodName().equalsString(CLASS_INIT_NAME);
  }

  private static void instruction(CodeElement element, Consumer<Instruction> to) {
    if (element instanceof Instruction one) {
      to.accept(one);
    }
  }

  private void find(int from) {
    List<Instruction> some = code.subList(from, from + MAKING.size());
    if (some.stream().map(Instruction::opcode).toList().equals(MAKING)
        && some.get(2) instanceof FieldInstruction other
        && has(other, flags -> !flags.has(AccessFlag.PRIVATE)) // as seen from the interface
        && some.getLast() instanceof FieldInstruction put
        && put.typeSymbol().equals(DECIMAL)
        && has(put, flags -> flags.has(AccessFlag.FINAL))) {
      late.put(put.name().stringValue(), from);
    }
  }

  /** Whether it is about a field of this class, with such flags. */
  private boolean has(FieldInstruction one, Predicate<AccessFlags> flags) {
    return one.owner().asSymbol().equals(owner)
        && model.fields().stream()
            .filter(field -> field.fieldName().equals(one.name()))
            .anyMatch(field -> flags.test(field.flags()));
  }

  /** Whether the class has no such constant. */
  boolean isEmpty() {
    return late.isEmpty();
  }

  /** The file of the interface, for that of the class. */
  static String beside(String file) {
    return file.substring(0, file.length() - ".class".length()) + "$" + NAME + ".class";
  }

  /** The class without them. */
  byte[] without(ClassFile files) {
    return files.transformClass(model, this::leaveOut);
  }

  private void leaveOut(ClassBuilder builder, ClassElement element) {
    switch (element) {
      case FieldModel field when late.containsKey(field.fieldName().stringValue()) -> {}
      case Interfaces own -> {
        var all = new ArrayList<>(own.interfaces());
        all.add(builder.constantPool().classEntry(home));
        builder.withInterfaces(all);
      }
      case MethodModel method when isInitializer(method) ->
          builder.transformMethod(
              method, MethodTransform.transformingCode(CodeTransform.ofStateful(Rest::new)));
      default -> builder.with(element);
    }
  }

  /** The code without what makes them. */
  private final class Rest implements CodeTransform {
    private int at;

    @Override
    public void accept(CodeBuilder builder, CodeElement element) {
      int here = element instanceof Instruction ? at++ : -1;
      boolean gone =
          late.values().stream().anyMatch(from -> here >= from && here < from + MAKING.size());
      if (!gone) {
        builder.with(element);
      }
    }
  }

  /** The interface with them. */
  byte[] alone(ClassFile files) {
    return files.build(home, this::define);
  }

  private void define(ClassBuilder builder) {
    builder.withVersion(model.majorVersion(), 0);
    builder.withFlags(ACC_PUBLIC | ACC_INTERFACE | ACC_ABSTRACT | ACC_SYNTHETIC);
    late.keySet()
        .forEach(name -> builder.withField(name, DECIMAL, ACC_PUBLIC | ACC_STATIC | ACC_FINAL));
    builder.withMethodBody(CLASS_INIT_NAME, MTD_void, ACC_STATIC, this::make);
  }

  private void make(CodeBuilder builder) {
    late.forEach(
        (name, from) -> {
          code.subList(from, from + MAKING.size() - 1).forEach(builder::with);
          builder.putstatic(home, name, DECIMAL);
        });
    builder.return_();
  }
}
